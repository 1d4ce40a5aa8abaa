package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code homeostat test}: the verdicts for people, as JUnit XML, and as SARIF. */
public final class TestReport {

    private TestReport() {}

    /** @param verdict of the run; {@code refused} when it could not begin */
    public record Result(String name, String verdict, String reason, Duration took) {

        public boolean held() {
            return verdict.equals("held");
        }

        public boolean isBroken() {
            return verdict.equals("broken");
        }
    }

    public static String line(Result result, Paint paint) {
        String word = result.held()
                ? paint.good(result.verdict())
                : result.isBroken() ? paint.bad(result.verdict()) : paint.busy(result.verdict());
        return paint.strong(result.name()) + " " + word + " after " + seconds(result.took()) + " s: " + result.reason();
    }

    public static List<String> summary(List<Result> results, Node.Mapping coverage) {
        long held = results.stream().filter(Result::held).count();
        return List.of(String.format(
                Locale.ROOT,
                "%d of %d experiments held; %.1f%% of the surface was exercised, %.1f%% passed",
                held,
                results.size(),
                CoverageText.percent(coverage, "exercised"),
                CoverageText.percent(coverage, "passed")));
    }

    public static Node.Mapping json(List<Result> results, Node.Mapping coverage) {
        List<Node> all = results.stream()
                .<Node>map(each -> Node.Mapping.EMPTY
                        .with("name", each.name())
                        .with("verdict", each.verdict())
                        .with("reason", each.reason())
                        .with("millis", each.took().toMillis()))
                .toList();
        return Node.Mapping.EMPTY
                .with("experiments", new Node.Sequence(all, Position.NONE))
                .with("coverage", coverage);
    }

    /** A broken one failed; one that showed nothing is an error, as JUnit has the two. */
    public static String junit(List<Result> results) {
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        long failures = results.stream().filter(Result::isBroken).count();
        long errors = results.stream()
                .filter(each -> !each.held() && !each.isBroken())
                .count();
        Duration all = results.stream().map(Result::took).reduce(Duration.ZERO, Duration::plus);
        xml.append(String.format(
                Locale.ROOT,
                "<testsuite name=\"homeostat\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\" time=\"%s\">%n",
                results.size(),
                failures,
                errors,
                seconds(all)));
        for (Result each : results) {
            xml.append("  <testcase classname=\"experiments\" name=\"")
                    .append(escaped(each.name()))
                    .append("\" time=\"")
                    .append(seconds(each.took()));
            if (each.held()) {
                xml.append("\"/>\n");
                continue;
            }
            String kind = each.isBroken() ? "failure" : "error";
            xml.append("\">\n    <")
                    .append(kind)
                    .append(" type=\"")
                    .append(each.verdict())
                    .append("\" message=\"")
                    .append(escaped(each.reason()))
                    .append("\"/>\n  </testcase>\n");
        }
        return xml.append("</testsuite>\n").toString();
    }

    /** Version 2.1.0, with a result for each that did not hold. */
    public static String sarif(List<Result> results) {
        List<Node> found = new ArrayList<>();
        for (Result each : results) {
            if (!each.held()) {
                found.add(Node.Mapping.EMPTY
                        .with("ruleId", each.verdict())
                        .with("level", each.isBroken() ? "error" : "warning")
                        .with("message", Node.Mapping.EMPTY.with("text", each.name() + ": " + each.reason()))
                        .with(
                                "locations",
                                sequence(Node.Mapping.EMPTY.with(
                                        "logicalLocations",
                                        sequence(Node.Mapping.EMPTY
                                                .with("name", each.name())
                                                .with("kind", "experiment"))))));
            }
        }
        Node.Mapping driver = Node.Mapping.EMPTY.with("name", "homeostat");
        Node.Mapping run = Node.Mapping.EMPTY
                .with("tool", Node.Mapping.EMPTY.with("driver", driver))
                .with("results", new Node.Sequence(found, Position.NONE));
        return Json.pretty(Node.Mapping.EMPTY
                        .with("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                        .with("version", "2.1.0")
                        .with("runs", sequence(run)))
                + "\n";
    }

    private static Node.Sequence sequence(Node only) {
        return new Node.Sequence(List.of(only), Position.NONE);
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1000.0);
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(each -> {
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> {
                    // XML 1.0 has no way to write most control characters at all.
                    escaped.appendCodePoint(each < 0x20 && each != '\t' ? ' ' : each);
                }
            }
        });
        return escaped.toString();
    }
}
