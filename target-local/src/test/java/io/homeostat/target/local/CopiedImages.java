package io.homeostat.target.local;

import io.homeostat.source.Snapshot;
import io.homeostat.target.local.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

record CopiedImages(Path root) implements Images {

    @Override
    public String idOf(Snapshot snapshot, String path) throws IOException {
        return "dir-" + snapshot.contentId(path);
    }

    @Override
    public Image directory(Snapshot snapshot, String path) throws IOException {
        String id = idOf(snapshot, path);
        if (!Files.exists(root.resolve(id))) {
            Files.createDirectories(root.resolve(id));
            snapshot.export(path, root.resolve(id));
        }
        return new Image(id, root.resolve(id));
    }

    @Override
    public Image archive(String url, String sha256) throws IOException {
        throw new IOException("no archives here");
    }

    @Override
    public Set<String> ids() {
        return Set.of();
    }

    @Override
    public Set<String> collect(Set<String> inUse) {
        return Set.of();
    }

    @Override
    public List<String> verify(String id) {
        return List.of();
    }
}
