package io.homeostat.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Amounts as Kubernetes writes them: {@code 500m}, {@code 1.5}, {@code 64Mi}, {@code 2G}, {@code 1e3}. */
public final class Quantities {
    /** What {@link #parse} reads, for messages. */
    public static final String FORM = "a quantity such as '500m', '2' or '64Mi'";

    private static final int LONGEST = 64;

    private Quantities() {}

    /** In units: cores, bytes; null when the text is not a quantity. */
    public static @Nullable BigDecimal parse(String text) {
        int i = 0;
        int digits = 0;
        if (text.startsWith("+") || text.startsWith("-")) {
            i++;
        }
        boolean point = false;
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                digits++;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0 || text.length() > LONGEST) {
            return null;
        }
        BigDecimal factor = factor(text.substring(i));
        return factor == null ? null : new BigDecimal(text.substring(0, i)).multiply(factor);
    }

    private static @Nullable BigDecimal factor(String suffix) {
        return switch (suffix) {
            case "" -> BigDecimal.ONE;
            case "n" -> BigDecimal.ONE.movePointLeft(9);
            case "u" -> BigDecimal.ONE.movePointLeft(6);
            case "m" -> BigDecimal.ONE.movePointLeft(3);
            case "k" -> BigDecimal.ONE.movePointRight(3);
            case "M" -> BigDecimal.ONE.movePointRight(6);
            case "G" -> BigDecimal.ONE.movePointRight(9);
            case "T" -> BigDecimal.ONE.movePointRight(12);
            case "P" -> BigDecimal.ONE.movePointRight(15);
            case "E" -> BigDecimal.ONE.movePointRight(18);
            case "Ki" -> BigDecimal.valueOf(1L << 10);
            case "Mi" -> BigDecimal.valueOf(1L << 20);
            case "Gi" -> BigDecimal.valueOf(1L << 30);
            case "Ti" -> BigDecimal.valueOf(1L << 40);
            case "Pi" -> BigDecimal.valueOf(1L << 50);
            case "Ei" -> BigDecimal.valueOf(1L << 60);
            default -> exponent(suffix);
        };
    }

    private static @Nullable BigDecimal exponent(String suffix) {
        if (suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
            return null;
        }
        String digits = suffix.substring(suffix.startsWith("+", 1) || suffix.startsWith("-", 1) ? 2 : 1);
        if (digits.isEmpty() || digits.length() > 2 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return null;
        }
        int power = Integer.parseInt(digits);
        return suffix.charAt(1) == '-' ? BigDecimal.ONE.movePointLeft(power) : BigDecimal.ONE.movePointRight(power);
    }
}
