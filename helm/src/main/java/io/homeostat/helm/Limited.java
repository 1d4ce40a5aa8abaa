package io.homeostat.helm;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Refuses to be filled without end. */
final class Limited extends FilterOutputStream {

    private long left;
    private final long limit;

    /** @param limit bytes that may be written */
    Limited(OutputStream out, long limit) {
        super(out);
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public void write(int one) throws IOException {
        take(1);
        out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        take(length);
        out.write(bytes, offset, length);
    }

    private void take(long length) throws IOException {
        left -= length;
        if (left < 0) {
            throw new IOException("it is larger than " + (limit >> 20) + " MiB");
        }
    }
}
