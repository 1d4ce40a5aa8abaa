package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a plain scalar means, as kubectl reads it. That is YAML 1.1 with exceptions: {@code yes}, {@code on} and {@code y} are
 * booleans, {@code 012} is ten, {@code 1_000} is a thousand; but {@code 12:30} and dates are text.
 */
public final class Scalars {
    /** Longer numbers keep the precision of a double only, so that no number takes quadratic time. */
    private static final int MAX_EXACT_DIGITS = 60;

    private Scalars() {}

    /** The value of an unquoted scalar; null when it is a number that is not finite, which JSON cannot hold. */
    public static @Nullable Node plain(String text, Position at) {
        if (text.isEmpty()) {
            return new Node.Null(at);
        }
        char first = text.charAt(0);
        if ((first >= '0' && first <= '9') || first == '+' || first == '-') {
            return isInfinity(text, 1) ? null : number(text, at);
        }
        return switch (text) {
            case "~", "null", "Null", "NULL" -> new Node.Null(at);
            case "true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON" -> new Node.Bool(true, at);
            case "false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF" -> new Node.Bool(false, at);
            case ".nan", ".NaN", ".NAN" -> null;
            default -> {
                if (first != '.') {
                    yield new Node.Text(text, at);
                }
                yield isInfinity(text, 0) ? null : decimalOrText(text, text, at);
            }
        };
    }

    private static boolean isInfinity(String text, int from) {
        return text.length() == from + 4
                && (text.startsWith(".inf", from) || text.startsWith(".Inf", from) || text.startsWith(".INF", from));
    }

    private static Node number(String text, Position at) {
        String plain = text.indexOf('_') < 0 ? text : text.replace("_", "");
        BigDecimal integer = integer(plain);
        return integer != null ? new Node.Numeric(integer, at) : decimalOrText(text, plain, at);
    }

    private static @Nullable BigDecimal integer(String plain) {
        boolean signed = plain.startsWith("-") || plain.startsWith("+");
        String digits = signed ? plain.substring(1) : plain;
        int radix = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            char mark = digits.charAt(1);
            radix = switch (mark) {
                case 'x', 'X' -> 16;
                case 'b', 'B' -> 2;
                case 'o', 'O', '0', '1', '2', '3', '4', '5', '6', '7' -> 8;
                default -> 0;
            };
            if (radix == 0) {
                return null;
            }
            digits = digits.substring(Character.isDigit(mark) ? 1 : 2);
        }
        if (digits.isEmpty() || digits.length() > MAX_EXACT_DIGITS || !areDigits(digits, radix)) {
            return null;
        }
        boolean negative = plain.charAt(0) == '-';
        if (digits.length() <= 15) {
            long value = Long.parseLong(digits, radix);
            return BigDecimal.valueOf(negative ? -value : value);
        }
        BigInteger value = new BigInteger(digits, radix);
        return new BigDecimal(negative ? value.negate() : value);
    }

    private static boolean areDigits(String text, int radix) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > 'f' || Character.digit(c, radix) < 0) {
                return false;
            }
        }
        return true;
    }

    private static Node decimalOrText(String text, String plain, Position at) {
        BigDecimal value = isDecimal(plain) ? decimal(plain) : null;
        return value == null ? new Node.Text(text, at) : new Node.Numeric(value, at);
    }

    /** The value of a decimal number in the form of JSON or YAML; null when it is too large for a double. */
    static @Nullable BigDecimal decimal(String text) {
        double near = Double.parseDouble(text);
        if (Double.isInfinite(near)) {
            return null;
        }
        if (near == 0) {
            return BigDecimal.ZERO;
        }
        return text.length() <= MAX_EXACT_DIGITS ? new BigDecimal(text) : BigDecimal.valueOf(near);
    }

    /** Sign, digits with at most one point among or beside them, exponent. */
    private static boolean isDecimal(String text) {
        int i = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int whole = i;
        i = skipDigits(text, i);
        int digits = i - whole;
        if (i < text.length() && text.charAt(i) == '.') {
            int fraction = i + 1;
            i = skipDigits(text, fraction);
            digits += i - fraction;
        }
        if (digits == 0) {
            return false;
        }
        if (i < text.length() && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
            i++;
            if (i < text.length() && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
                i++;
            }
            int exponent = i;
            i = skipDigits(text, i);
            if (i == exponent) {
                return false;
            }
        }
        return i == text.length();
    }

    private static int skipDigits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }
}
