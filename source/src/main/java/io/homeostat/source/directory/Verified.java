package io.homeostat.source.directory;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Ends in an error instead of an end when the bytes are not those that the digest names. */
final class Verified extends FilterInputStream {
    private final MessageDigest digest = Trees.sha256();
    private final String expected;
    private final String path;
    private boolean ended;

    Verified(InputStream in, String expected, String path) {
        super(in);
        this.expected = expected;
        this.path = path;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        if (n > 0) {
            digest.update(buffer, offset, n);
        } else if (n < 0 && !ended) {
            ended = true;
            if (!Trees.id(digest).equals(expected)) {
                throw new IOException(path + " changed since the snapshot was taken; take it again");
            }
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        return readNBytes((int) Math.min(n, 8192)).length;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
