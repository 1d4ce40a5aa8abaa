package io.homeostat.cli.show;

import io.homeostat.cli.terminal.Paint;
import io.homeostat.model.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The evidence against a new version over time, as columns: from an e-value of 1, which says nothing, up to its limit, which decides.
 * Heights are of its logarithm, so evidence that comes at an even pace rises in a straight line.
 */
final class EvidenceChart {

    private static final int WIDTH = 60;
    private static final int HEIGHT = 6;
    private static final String EIGHTHS = " ▁▂▃▄▅▆▇█";

    private EvidenceChart() {}

    /** @param samples each with {@code time}, {@code weight}, {@code lnE} and {@code limit}; no lines when there are none */
    static List<String> lines(List<Node.Mapping> samples, Paint paint) {
        if (samples.isEmpty()) {
            return List.of();
        }
        Instant from = time(samples.getFirst());
        Duration all = Duration.between(from, time(samples.getLast()));
        double[] heights = new double[WIDTH];
        int[] weights = new int[WIDTH];
        Arrays.fill(heights, -1);
        for (Node.Mapping sample : samples) {
            long millis = Duration.between(from, time(sample)).toMillis();
            int column = all.isZero() ? 0 : (int) (millis * (WIDTH - 1) / all.toMillis());
            heights[column] = Math.max(
                    heights[column], JudgeText.number(sample.get("lnE")) / JudgeText.number(sample.get("limit")));
            weights[column] = sample.integer("weight", 0);
        }
        for (int i = 1; i < WIDTH; i++) {
            boolean between = heights[i] < 0;
            heights[i] = between ? heights[i - 1] : heights[i];
            weights[i] = between ? weights[i - 1] : weights[i];
        }
        Node.Mapping last = samples.getLast();
        String limit = value(JudgeText.number(last.get("limit")));
        List<String> lines = new ArrayList<>();
        lines.add("  " + pad(limit) + paint.dim(" ┤" + "┄".repeat(WIDTH) + " decides"));
        for (int row = HEIGHT - 1; row >= 0; row--) {
            StringBuilder line = new StringBuilder();
            boolean decided = false;
            for (double height : heights) {
                int eighths = Math.clamp(Math.round((height * HEIGHT - row) * 8), 0, 8);
                line.append(EIGHTHS.charAt(eighths));
                decided |= height >= 1;
            }
            String bars = line.toString();
            lines.add(
                    "  " + pad(row == 0 ? "1" : "") + paint.dim(" ┤") + (decided ? paint.bad(bars) : paint.busy(bars)));
        }
        lines.add("  " + pad("") + paint.dim(" └") + axis(weights));
        lines.add("  " + pad("") + "  "
                + paint.dim("0 s" + " ".repeat(WIDTH - 12) + String.format(Locale.ROOT, "%9s", Brief.duration(all))
                        + "  e-value of " + last.text("metric", "")));
        return lines;
    }

    /** Where the share of the traffic changed, and to what. */
    private static String axis(int[] weights) {
        StringBuilder axis = new StringBuilder("─".repeat(WIDTH));
        int free = 0;
        for (int i = 0; i < WIDTH; i++) {
            String label = "┴" + weights[i] + "%";
            boolean changed = i == 0 || weights[i] != weights[i - 1];
            if (changed && i >= free && i + label.length() <= WIDTH) {
                axis.replace(i, i + label.length(), label);
                free = i + label.length() + 1;
            }
        }
        return axis.toString();
    }

    private static Instant time(Node.Mapping sample) {
        return Instant.parse(sample.text("time", ""));
    }

    private static String pad(String text) {
        return String.format(Locale.ROOT, "%6s", text);
    }

    private static String value(double log) {
        return String.format(Locale.ROOT, "%.0f", Math.exp(log));
    }
}
