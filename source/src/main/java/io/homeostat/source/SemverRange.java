package io.homeostat.source;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of versions: {@code >=1.2 <2}, {@code ~1.4}, {@code ^1.2.3}, {@code 1.x}, {@code 1.2 - 1.4}, {@code *}; alternatives
 * are separated by {@code ||}. A pre-release ({@code 2.0.0-rc.1}) belongs to it only when the range itself names one, so that
 * nobody gets one by surprise.
 */
public final class SemverRange {
    private final String text;
    private final List<List<Bound>> alternatives;

    private record Bound(Compare compare, Version version) {
        boolean holds(Version v) {
            int c = v.compareTo(version);
            return switch (compare) {
                // Nobody who writes <2 wants 2.0.0-rc.1, although it comes before 2.0.0.
                case LESS ->
                    c < 0 && (!version.preRelease().isEmpty() || !v.release().equals(version));
                case AT_MOST -> c <= 0;
                case EQUAL -> c == 0;
                case AT_LEAST -> c >= 0;
                case MORE -> c > 0;
            };
        }
    }

    private enum Compare {
        LESS,
        AT_MOST,
        EQUAL,
        AT_LEAST,
        MORE
    }

    /** A version of which the right end may be open: {@code 1}, {@code 1.x}, {@code 1.2.*}. {@code parts} counts the given. */
    private record Partial(Version low, int parts) {
        Version next() {
            return switch (parts) {
                case 1 -> new Version(low.major() + 1, 0, 0, "");
                case 2 -> new Version(low.major(), low.minor() + 1, 0, "");
                default -> throw new IllegalStateException("a whole version has no next");
            };
        }
    }

    private SemverRange(String text, List<List<Bound>> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    public boolean contains(Version version) {
        for (List<Bound> all : alternatives) {
            boolean preRelease = version.preRelease().isEmpty();
            boolean inside = true;
            for (Bound bound : all) {
                preRelease |= !bound.version().preRelease().isEmpty();
                inside &= bound.holds(version);
            }
            if (inside && preRelease) {
                return true;
            }
        }
        return false;
    }

    public static SemverRange parse(String text) throws SourceException {
        String t = text.strip();
        if (t.isEmpty()) {
            throw new SourceException("the range of versions is empty; expected one like '>=1.2 <2', '~1.4' or '1.x'");
        }
        List<List<Bound>> alternatives = new ArrayList<>();
        for (String alternative : t.split("\\|\\|", -1)) {
            alternatives.add(alternative(alternative.strip(), t));
        }
        return new SemverRange(t, List.copyOf(alternatives));
    }

    private static List<Bound> alternative(String part, String whole) throws SourceException {
        List<Bound> bounds = new ArrayList<>();
        int hyphen = part.indexOf(" - ");
        if (hyphen > 0) {
            bounds.addAll(bounds(">=", part.substring(0, hyphen).strip(), whole));
            bounds.addAll(bounds("<=", part.substring(hyphen + 3).strip(), whole));
            return bounds;
        }
        // ">= 1.2" is one bound: an operator belongs to the word after it.
        String operator = "";
        for (String word : part.split("[ ,]+")) {
            int digit = 0;
            while (digit < word.length() && "<>=~^!".indexOf(word.charAt(digit)) >= 0) {
                digit++;
            }
            operator += word.substring(0, digit);
            if (digit < word.length()) {
                bounds.addAll(bounds(operator, word.substring(digit), whole));
                operator = "";
            }
        }
        if (!operator.isEmpty() || bounds.isEmpty()) {
            throw bad(
                    whole,
                    operator.isEmpty() ? "an alternative is empty" : "'" + operator + "' has no version after it");
        }
        return bounds;
    }

    private static List<Bound> bounds(String operator, String word, String whole) throws SourceException {
        Partial p = partial(word, whole);
        Version low = p.low();
        boolean open = p.parts() < 3;
        if (p.parts() == 0) {
            if (operator.equals("<") || operator.equals(">")) {
                throw bad(whole, "'" + operator + word + "' holds no version");
            }
            return List.of(new Bound(Compare.AT_LEAST, low));
        }
        return switch (operator) {
            case "", "=", "==" -> open ? between(low, p.next()) : List.of(new Bound(Compare.EQUAL, low));
            case ">=" -> List.of(new Bound(Compare.AT_LEAST, low));
            case ">" -> List.of(open ? new Bound(Compare.AT_LEAST, p.next()) : new Bound(Compare.MORE, low));
            case "<" -> List.of(new Bound(Compare.LESS, low));
            case "<=" -> List.of(open ? new Bound(Compare.LESS, p.next()) : new Bound(Compare.AT_MOST, low));
            case "~" -> between(low, p.parts() == 1 ? p.next() : new Version(low.major(), low.minor() + 1, 0, ""));
            case "^" -> between(low, caret(p));
            default -> throw bad(whole, "'" + operator + "' is not a comparison");
        };
    }

    /** Up to the next version that may break: the first part that is not zero counts. */
    private static Version caret(Partial p) {
        Version low = p.low();
        if (low.major() > 0 || p.parts() == 1) {
            return new Version(low.major() + 1, 0, 0, "");
        }
        if (low.minor() > 0 || p.parts() == 2) {
            return new Version(0, low.minor() + 1, 0, "");
        }
        return new Version(0, 0, low.patch() + 1, "");
    }

    private static List<Bound> between(Version low, Version next) {
        return List.of(new Bound(Compare.AT_LEAST, low), new Bound(Compare.LESS, next));
    }

    private static Partial partial(String word, String whole) throws SourceException {
        String w = word.startsWith("v") ? word.substring(1) : word;
        int parts = 0;
        StringBuilder filled = new StringBuilder();
        int end = w.length();
        for (char mark : new char[] {'-', '+'}) {
            int at = w.indexOf(mark);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        String[] numbers = w.substring(0, end).split("\\.", -1);
        boolean any = false;
        for (String number : numbers) {
            boolean wild = number.equals("x") || number.equals("X") || number.equals("*");
            if (any && !wild) {
                throw bad(whole, "'" + word + "' has a number after '*'");
            }
            any |= wild;
            parts += wild ? 0 : 1;
            filled.append(filled.isEmpty() ? "" : ".").append(wild ? "0" : number);
        }
        for (int n = numbers.length; n < 3; n++) {
            filled.append(".0");
        }
        if (parts < 3 && end < w.length()) {
            throw bad(whole, "'" + word + "' has a pre-release but not all three numbers");
        }
        @Nullable Version low = numbers.length > 3 ? null : Version.parse(filled + w.substring(end));
        if (low == null) {
            throw bad(whole, "'" + word + "' is not a version");
        }
        return new Partial(low, parts);
    }

    private static SourceException bad(String whole, String what) {
        return new SourceException(
                "in the range of versions '" + whole + "' " + what + "; expected one like '>=1.2 <2', '~1.4' or '1.x'");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SemverRange range && range.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
