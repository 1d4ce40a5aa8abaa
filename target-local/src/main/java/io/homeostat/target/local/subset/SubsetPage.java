package io.homeostat.target.local.subset;

import io.homeostat.target.local.subset.LocalSubset.Field;
import io.homeostat.target.local.subset.LocalSubset.Line;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The tables of {@code docs/reference/local-target.md}: what is supported, field by field. */
final class SubsetPage {

    /** Ends what is written by hand in the page. */
    static final String BEGIN = "<!-- from here on made from SubsetLists; SubsetTest tells how -->";

    private static final Map<String, String> TITLES = Map.of(
            "META", "Metadata",
            "JOB_SPEC", "Job's spec",
            "TEMPLATE", "Pod template",
            "CONTAINER", "Container",
            "PROBE", "Probe",
            "HANDLER", "Hook",
            "HTTP", "HTTP request",
            "FILES", "Volume of files");

    private SubsetPage() {}

    /** Everything from {@link #BEGIN} on. */
    static String tables() {
        StringBuilder page = new StringBuilder(BEGIN).append("\n\n## Fields\n");
        for (String list : SubsetLists.ALL.keySet()) {
            page.append("\n### ").append(TITLES.getOrDefault(list, list)).append("\n\n");
            page.append("| field | supported | notes |\n|---|---|---|\n");
            for (Line line : LocalSubset.lines(list)) {
                switch (line) {
                    case Line.Below below -> {
                        String title = Objects.requireNonNull(TITLES.get(below.list()), below.list());
                        row(page, below.path(), "yes", "see [" + title + "](#" + anchor(title) + ")");
                    }
                    case Line.Of(Field field) -> row(page, field.path(), support(field), notes(field));
                }
            }
        }
        return page.toString();
    }

    private static void row(StringBuilder page, String path, String support, String notes) {
        page.append("| `")
                .append(path)
                .append("` | ")
                .append(support)
                .append(" | ")
                .append(notes)
                .append(" |\n");
    }

    /** As Markdown makes it of a heading. */
    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replace("'", "").replace(' ', '-');
    }

    private static String support(Field field) {
        return switch (field.support()) {
            case SUPPORTED -> "yes";
            case NO_EFFECT -> "accepted, no effect";
            case NOT_ENFORCED -> "accepted with a warning, not enforced";
        };
    }

    private static String notes(Field field) {
        String values = field.values().isEmpty() ? "" : "`" + String.join("`, `", field.values()) + "`";
        return values.isEmpty() || field.note().isEmpty() ? values + field.note() : values + "; " + field.note();
    }
}
