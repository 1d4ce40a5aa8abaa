package io.homeostat.cli.command;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The experiments that would raise coverage most. */
public final class CoverageSuggestCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("the experiments that would raise coverage most, as documents for Git")
                .option("--top", "N", "How many (3).")
                .agent()
                .paragraph("Each is a beginning: name who owns it, and objectives as its hypothesis.")
                .example("homeostat coverage suggest > reliability/experiments/suggested.yaml", "Three of them.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer =
                call.agent().get("/api/v1/coverage/suggestions", "last", Integer.toString(call.number("--top", 3)));
        List<String> lines = new ArrayList<>();
        for (Node each : answer.sequence("suggestions")) {
            if (each instanceof Node.Mapping suggestion) {
                if (!lines.isEmpty()) {
                    lines.add("---");
                }
                double raises = suggestion.get("raises") instanceof Node.Numeric number
                        ? number.value().doubleValue()
                        : 0;
                lines.add(String.format(Locale.ROOT, "# raises coverage by %.1f%%", raises * 100));
                lines.addAll(suggestion.text("document", "").lines().toList());
            }
        }
        call.print(answer, lines.isEmpty() ? List.of("# Everything that may be exercised was.") : lines);
        return Exit.DONE;
    }
}
