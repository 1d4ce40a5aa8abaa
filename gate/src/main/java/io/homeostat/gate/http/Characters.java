package io.homeostat.gate.http;

/** Which bytes may stand where (RFC 9110, 5.5 and 5.6.2; RFC 9112, 3). */
final class Characters {

    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte[] KINDS = kinds();

    private Characters() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean letterOrDigit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                kinds[c] |= TOKEN;
            }
            if (c == '\t' || (c >= ' ' && c != 127)) {
                kinds[c] |= VALUE;
            }
            if (c > ' ' && c < 127) {
                kinds[c] |= TARGET;
            }
        }
        return kinds;
    }

    static boolean isToken(byte b) {
        return (KINDS[b & 0xff] & TOKEN) != 0;
    }

    static boolean isValue(byte b) {
        return (KINDS[b & 0xff] & VALUE) != 0;
    }

    static boolean isTarget(byte b) {
        return (KINDS[b & 0xff] & TARGET) != 0;
    }
}
