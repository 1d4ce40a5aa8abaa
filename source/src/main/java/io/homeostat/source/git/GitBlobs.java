package io.homeostat.source.git;

import io.homeostat.source.internal.Blobs;
import io.homeostat.source.internal.Entry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/** Reads files straight from the mirror's object database. What cannot be read marks the mirror, so that it is mended. */
record GitBlobs(Mirror mirror, int generation) implements Blobs {

    @Override
    public InputStream open(String path, Entry.File file) throws IOException {
        ObjectId id = ObjectId.fromString(file.id().substring(TreeBuilder.PREFIX.length()));
        ObjectReader reader = mirror.repository().newObjectReader();
        try {
            ObjectLoader found = reader.open(id, Constants.OBJ_BLOB);
            if (found.getSize() != file.size()) {
                throw new IOException("its length is said to be " + file.size() + " and " + found.getSize());
            }
            return new Checked(found.openStream(), reader, path);
        } catch (IOException unreadable) {
            reader.close();
            throw unreadable(path, unreadable);
        }
    }

    private IOException unreadable(String path, IOException cause) {
        if (Mirror.isDamage(cause)) {
            mirror.damaged(generation);
        }
        return new IOException(
                "the mirror's copy of " + path + " cannot be read (" + cause.getMessage()
                        + "); the next fetch builds the mirror again",
                cause);
    }

    private final class Checked extends FilterInputStream {
        private final ObjectReader reader;
        private final String path;

        Checked(InputStream in, ObjectReader reader, String path) {
            super(in);
            this.reader = reader;
            this.path = path;
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException broken) {
                throw unreadable(path, broken);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException broken) {
                throw unreadable(path, broken);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                reader.close();
            }
        }
    }
}
