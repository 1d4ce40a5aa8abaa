package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Why a rollout goes on or does not: its stages, its two arms side by side, and how the evidence grew against its limit. */
final class Evidence {

    private Evidence() {}

    static void stages(Html html, Node.Mapping rollout) {
        List<Node.Mapping> stages = Fields.objects(rollout, "stages");
        if (stages.isEmpty()) {
            return;
        }
        boolean running = Fields.text(rollout, "phase").equals("running");
        boolean completed = Fields.text(rollout, "phase").equals("completed");
        int now = rollout.integer("stage", -1);
        Frame.live(html, "stages", "section", "panel").with("h2", "Stages");
        double weight = Numbers.of(rollout, "weight");
        if (!Double.isNaN(weight)) {
            String words = number(weight) + " % of the traffic to the new version";
            Charts.bar(html, weight / 100, running ? Tone.CHANGING : completed ? Tone.GOOD : Tone.QUIET, words);
        }
        html.open("ol", "class", "history");
        for (int i = 0; i < stages.size(); i++) {
            Tone tone = completed || i < now ? Tone.GOOD : i == now && running ? Tone.CHANGING : Tone.QUIET;
            String word = tone == Tone.GOOD ? "passed" : tone == Tone.CHANGING ? "now" : "to come";
            html.open("li", "aria-current", tone == Tone.CHANGING ? "step" : null);
            Frame.badge(html, tone, running || completed || i < now ? word : "not reached");
            html.with("span", Fields.text(stages.get(i), "title"), "class", "subject")
                    .close();
        }
        html.close().close();
    }

    static void arms(Html html, Node.Mapping rollout) {
        Node.Mapping verdict = rollout.mapping("verdict");
        if (verdict.isEmpty()) {
            return;
        }
        String word = Fields.text(verdict, "verdict");
        Frame.live(html, "arms", "section", "panel").with("h2", "Verdict");
        html.open("p");
        Frame.badge(html, tone(word), word);
        html.text(Fields.text(verdict, "reason")).close();
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Arms, scrolls");
        html.open("table").open("thead").open("tr");
        List.of("metric", "baseline", "canary", "ratio", "interval", "decision")
                .forEach(head -> html.with("th", head, "scope", "col"));
        html.close().close().open("tbody");
        for (Node.Mapping finding : Fields.objects(verdict, "findings")) {
            Node.Mapping interval = finding.mapping("interval");
            html.open("tr").with("th", Fields.text(finding, "metric"), "scope", "row");
            html.with("td", arm(finding.mapping("baseline")), "class", "number");
            html.with("td", arm(finding.mapping("canary")), "class", "number");
            html.with("td", number(Numbers.of(finding, "ratio")), "class", "number");
            String range = number(Numbers.of(interval, "lower")) + " to " + number(Numbers.of(interval, "upper"));
            html.with("td", range, "class", "number");
            html.with("td", Fields.text(finding, "decision")).close();
        }
        html.close().close().close().close();
    }

    private static Tone tone(String verdict) {
        return switch (verdict) {
            case "pass" -> Tone.GOOD;
            case "fail" -> Tone.BAD;
            default -> Tone.QUIET;
        };
    }

    private static String arm(Node.Mapping arm) {
        return number(Numbers.of(arm, "value")) + " of " + number(Numbers.of(arm, "seen"));
    }

    /** For each metric the logarithm of the e-value over time; above its limit the new version is worse. */
    static void pictures(Html html, Node.Mapping rollout) {
        Map<String, List<Node.Mapping>> metrics = new LinkedHashMap<>();
        for (Node.Mapping sample : Fields.objects(rollout, "samples")) {
            metrics.computeIfAbsent(Fields.text(sample, "metric"), first -> new ArrayList<>())
                    .add(sample);
        }
        if (metrics.isEmpty()) {
            return;
        }
        Frame.live(html, "evidence", "section", "panel").with("h2", "Evidence");
        metrics.forEach((metric, samples) -> {
            Node.Mapping last = samples.getLast();
            double limit = Numbers.of(last, "limit");
            List<Double> values = samples.stream()
                    .map(sample -> Math.max(0, Numbers.of(sample, "lnE")))
                    .toList();
            String words =
                    "ln e " + number(Numbers.of(last, "lnE")) + " of " + number(limit) + " that show it is worse";
            html.open("figure")
                    .open("figcaption")
                    .with("strong", metric)
                    .text(" " + words)
                    .close();
            Charts.line(html, metric + ": " + words, values, limit, "worse from here on");
            html.close();
        });
        html.close();
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "–"
                : String.format(Locale.ROOT, value >= 100 ? "%.0f" : "%.3f", value)
                        .replaceAll("(\\.\\d*?)0+$", "$1")
                        .replaceAll("\\.$", "");
    }
}
