package io.homeostat.chaos.coverage;

import java.util.Locale;

/** What was exercised and passed, as a small picture for a README. Pure. */
public final class Badge {

    private static final String LABEL = "chaos coverage";

    private Badge() {}

    /** As SVG. Fresh and passed is green, little of it red; nothing in it is loaded from elsewhere. */
    public static String of(Coverage.Report report) {
        String value =
                String.format(Locale.ROOT, "%.0f%% · %.0f%% passed", report.exercised() * 100, report.passed() * 100);
        int left = 6 * LABEL.length() + 14;
        int right = 6 * value.length() + 14;
        String colour = report.passed() >= 0.8 ? "#2b7a3d" : report.passed() >= 0.5 ? "#8a6100" : "#b3261e";
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="%4$s: %5$s">
                <title>%4$s: %5$s</title>
                <rect width="%2$d" height="20" fill="#444"/><rect x="%2$d" width="%3$d" height="20" fill="%6$s"/>
                <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
                <text x="%7$d" y="14">%4$s</text><text x="%8$d" y="14">%5$s</text>
                </g></svg>
                """.formatted(left + right, left, right, LABEL, value, colour, left / 2, left + right / 2);
    }
}
