package io.homeostat.source.internal;

import io.homeostat.source.Limits;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** A checked tree with the place where its files' bytes are. */
public record TreeSnapshot(String revision, Origin origin, Tree tree, Blobs blobs, Limits limits) implements Snapshot {

    @Override
    public List<File> files(String directory) {
        return tree.files(directory);
    }

    @Override
    public byte[] read(String path) throws IOException {
        Tree.Resolved.Found found = find(path);
        if (!(found.entry() instanceof Entry.File file)) {
            throw new IOException(path + " is a directory at revision " + revision + ", not a file");
        }
        if (file.size() > limits.readBytes()) {
            throw new IOException(path + " holds " + file.size() + " bytes; at most " + limits.readBytes()
                    + " are read into memory at once");
        }
        try (InputStream in = blobs.open(found.path(), file)) {
            // One byte more shows a place that holds more than its tree says.
            byte[] bytes = in.readNBytes((int) file.size() + 1);
            if (bytes.length != file.size()) {
                throw new IOException(path + " is not " + file.size() + " bytes long any more at revision " + revision);
            }
            return bytes;
        }
    }

    @Override
    public String contentId(String directory) throws IOException {
        Tree.Resolved.Found found = find(directory);
        return ContentId.of(tree, found.path(), found.entry());
    }

    @Override
    public void export(String directory, Path into) throws IOException {
        Tree.Resolved.Found found = find(directory);
        if (!(found.entry() instanceof Entry.Directory top)) {
            throw new NotDirectoryException(directory + " at revision " + revision);
        }
        Export.write(tree, found.path(), top, blobs, into);
    }

    private Tree.Resolved.Found find(String path) throws IOException {
        return switch (tree.resolve(path)) {
            case Tree.Resolved.Found found -> found;
            case Tree.Resolved.Missing() -> throw new NoSuchFileException(path + " at revision " + revision);
            case Tree.Resolved.Leaves(String target) ->
                throw new IOException(path + " leads to '" + target + "', out of the source");
            case Tree.Resolved.Loops() -> throw new IOException(path + " is a link that comes back to itself");
        };
    }

    @Override
    public String toString() {
        return revision;
    }
}
