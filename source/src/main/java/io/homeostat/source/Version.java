package io.homeostat.source;

import org.jspecify.annotations.Nullable;

/** A version as semver.org orders them. {@code preRelease} is empty for a release. */
public record Version(long major, long minor, long patch, String preRelease) implements Comparable<Version> {

    /** {@code v1.2.3-rc.1+build} or without the {@code v}; null when the text is not a whole version. */
    public static @Nullable Version parse(String text) {
        String t = text.startsWith("v") ? text.substring(1) : text;
        int build = t.indexOf('+');
        t = build >= 0 ? t.substring(0, build) : t;
        int dash = t.indexOf('-');
        String pre = dash >= 0 ? t.substring(dash + 1) : "";
        String[] numbers = (dash >= 0 ? t.substring(0, dash) : t).split("\\.", -1);
        if (numbers.length != 3 || (dash >= 0 && !isPreRelease(pre))) {
            return null;
        }
        for (String number : numbers) {
            if (!isNumber(number) || (number.length() > 1 && number.charAt(0) == '0')) {
                return null;
            }
        }
        return new Version(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]), pre);
    }

    private static boolean isPreRelease(String pre) {
        for (String part : pre.split("\\.", -1)) {
            if (part.isEmpty()
                    || !part.chars().allMatch(c -> c == '-' || (c < 128 && Character.isLetterOrDigit((char) c)))) {
                return false;
            }
        }
        return true;
    }

    /** At most 15 digits: what has more is a date with a clock or a build number, and would not fit a long. */
    private static boolean isNumber(String s) {
        return !s.isEmpty() && s.length() <= 15 && s.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Without what makes it a pre-release. */
    public Version release() {
        return new Version(major, minor, patch, "");
    }

    @Override
    public int compareTo(Version o) {
        int c = Long.compare(major, o.major);
        c = c != 0 ? c : Long.compare(minor, o.minor);
        c = c != 0 ? c : Long.compare(patch, o.patch);
        if (c != 0 || preRelease.equals(o.preRelease)) {
            return c;
        }
        if (preRelease.isEmpty() || o.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        String[] a = preRelease.split("\\.");
        String[] b = o.preRelease.split("\\.");
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            c = comparePart(a[i], b[i]);
            if (c != 0) {
                return c;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    private static int comparePart(String a, String b) {
        boolean x = isNumber(a);
        boolean y = isNumber(b);
        if (x && y) {
            return Long.compare(Long.parseLong(a), Long.parseLong(b));
        }
        return x != y ? (x ? -1 : 1) : a.compareTo(b);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (preRelease.isEmpty() ? "" : "-" + preRelease);
    }
}
