package io.homeostat.target.local;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import io.homeostat.target.local.image.Images;
import io.homeostat.target.local.subset.ImageNames;
import io.homeostat.target.local.subset.ImageNames.Resolved;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Brings the images that an object names into the store, before anything is started from them. */
final class ImageSupply {

    private final Images images;
    private final Path root;
    private final Map<String, Path> directories = new ConcurrentHashMap<>();

    /** @param root of the store */
    ImageSupply(Images images, Path root) {
        this.images = images;
        this.root = root;
    }

    /**
     * By container, the id of its image; none for those that run what is on the machine. May take long: an archive is downloaded.
     *
     * @throws IOException the message is for the user
     */
    Map<String, String> fetch(ObjectKey key, Node.Mapping content, Snapshot snapshot) throws IOException {
        Map<String, String> ids = new LinkedHashMap<>();
        Node.Mapping template = Templates.of(key, content);
        if (template == null) {
            return ids;
        }
        Node.Mapping annotations = template.mapping("metadata").mapping("annotations");
        for (Node.Mapping container : Templates.containers(template)) {
            String name = container.text("name", "");
            Resolved resolved = Resolved.parse(annotations.text(ImageNames.annotation(name)));
            Images.Image image = switch (resolved) {
                case Resolved.Directory directory -> images.directory(snapshot, directory.path());
                case Resolved.Archive archive -> images.archive(archive.url(), archive.sha256());
                case Resolved.Host _ -> null;
                case null ->
                    throw new IOException("the image '" + container.text("image", "") + "' of container '" + name
                            + "' in " + key + " is not mapped; add to Environment.spec.images: `"
                            + ImageNames.exampleLine(container.text("image", name)) + "`");
            };
            if (image != null) {
                ids.put(name, image.id());
                directories.put(image.id(), image.directory());
            }
        }
        return ids;
    }

    /** Where an image's programs are. */
    Path directory(String id) {
        return directories.getOrDefault(id, root.resolve(id));
    }
}
