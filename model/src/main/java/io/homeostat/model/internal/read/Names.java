package io.homeostat.model.internal.read;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;

/** The syntax of names in Kubernetes. */
public final class Names {
    public static final String LABEL = "a name of at most 63 of a–z, 0–9 and '-', with a letter or digit at both ends";
    public static final String SUBDOMAIN =
            "a name of at most 253 of a–z, 0–9, '-' and '.', with a letter or digit at both ends and around each '.'";
    public static final String PORT =
            "a port name: at most 15 of a–z, 0–9 and '-', with at least one letter and no '-' at an end or next to another";

    public static final String OPEN_SLO = "a name of at most 255 letters, digits, '-', '_', '.', '|', '/' and '\\'";

    private Names() {}

    /** What OpenSLO encourages implementations to take as a name, in both cases of letters. */
    public static boolean isOpenSlo(String name) {
        return !name.isEmpty()
                && name.length() <= 255
                && name.chars().allMatch(c -> (c < 128 && Character.isLetterOrDigit(c)) || "-_.|/\\".indexOf(c) >= 0);
    }

    /** A DNS-1123 label. */
    public static boolean isLabel(String name) {
        return name.length() <= 63 && isLabel(name, 0, name.length());
    }

    /** A DNS-1123 subdomain: labels (of any length) with points between. */
    public static boolean isSubdomain(String name) {
        if (name.length() > 253) {
            return false;
        }
        int start = 0;
        for (int point = name.indexOf('.'); point >= 0; point = name.indexOf('.', start)) {
            if (!isLabel(name, start, point)) {
                return false;
            }
            start = point + 1;
        }
        return isLabel(name, start, name.length());
    }

    /** An IANA service name, as Kubernetes asks of a container's ports. */
    public static boolean isPort(String name) {
        return name.length() <= 15
                && isLabel(name, 0, name.length())
                && !name.contains("--")
                && name.chars().anyMatch(c -> c >= 'a' && c <= 'z');
    }

    static boolean isPathSegment(String name) {
        return !name.equals(".") && !name.equals("..") && name.indexOf('/') < 0 && name.indexOf('%') < 0;
    }

    public static Problem refused(String what, String name, String expected, Position at) {
        String shown = name.length() <= 80 ? name : name.substring(0, 77) + "…";
        return Problem.error(at, "bad-name", "'" + shown + "' is not a valid " + what)
                .expecting(expected);
    }

    private static boolean isLabel(String text, int from, int to) {
        if (from >= to || text.charAt(from) == '-' || text.charAt(to - 1) == '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
