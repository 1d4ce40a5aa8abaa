package io.homeostat.cli.command;

import io.homeostat.cli.show.CoverageText;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of the system was exercised. */
public final class CoverageCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("how much of the system was exercised by experiments, and passed")
                .option("--min", "PERCENT", "Exit with 2 when less than this was exercised.")
                .option("--badge", "FILE", "Also write it there as a small picture, in SVG.")
                .agent()
                .paragraph("Every component and every call, by class of fault: + passed, x exercised and broken, a dot"
                        + " never, n/a what can never be done there, which does not count. What was exercised counts"
                        + " in full for 30 days, then half as much every 30 days; half of it is lost when what was"
                        + " touched has changed.")
                .example("homeostat coverage", "The map.")
                .example("homeostat coverage --min 90", "For a gate in CI.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        int least = call.percent("--min");
        String badge = call.value("--badge");
        Directories.writable("--badge", badge);
        Node.Mapping answer = call.agent().get("/api/v1/coverage");
        if (badge != null) {
            StringBuilder svg = new StringBuilder();
            call.agent().lines("/api/v1/coverage/badge.svg", line -> {
                svg.append(line).append('\n');
                return true;
            });
            Files.writeString(Path.of(badge), svg);
        }
        call.print(answer, CoverageText.lines(answer, call.paint()));
        return CoverageText.percent(answer, "exercised") < least ? Exit.SOMETHING : Exit.DONE;
    }
}
