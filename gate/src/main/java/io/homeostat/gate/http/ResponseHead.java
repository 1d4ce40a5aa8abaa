package io.homeostat.gate.http;

/** The head of a response. */
public final class ResponseHead extends Head {

    private int status;
    private boolean version11;

    /** Reads {@link #room}, which has one whole head. */
    public void read() throws MalformedException {
        byte[] b = bytes;
        if (length < 14
                || b[0] != 'H'
                || b[1] != 'T'
                || b[2] != 'T'
                || b[3] != 'P'
                || b[4] != '/'
                || b[5] != '1'
                || b[6] != '.'
                || (b[7] != '1' && b[7] != '0')
                || b[8] != ' ') {
            throw bad("its first line is no response of HTTP/1.1 or HTTP/1.0");
        }
        version11 = b[7] == '1';
        status = 0;
        for (int i = 9; i < 12; i++) {
            if (b[i] < '0' || b[i] > '9') {
                throw bad("its status is no number");
            }
            status = status * 10 + b[i] - '0';
        }
        int at = 12;
        while (at < length && Characters.isValue(b[at])) {
            at++;
        }
        if (status < 100 || (b[12] != ' ' && b[12] != '\r') || at + 1 >= length || b[at] != '\r' || b[at + 1] != '\n') {
            throw bad("its first line is no response");
        }
        readFields(at + 2);
    }

    @Override
    void field(int field, int at, int colon, int from, int end) {}

    public int status() {
        return status;
    }

    /** 1xx, which announce another response; 101 is the last. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** @param method of the request */
    public Body bodyFor(String method) {
        if (method.equals("HEAD") || status < 200 || status == 204 || status == 304) {
            return Body.none();
        }
        return chunked
                ? Body.chunked()
                : contentLength > 0
                        ? Body.ofLength(contentLength)
                        : contentLength == 0 ? Body.none() : Body.untilClose();
    }

    @Override
    public boolean closes() {
        return close || (!version11 && !keepAlive);
    }
}
