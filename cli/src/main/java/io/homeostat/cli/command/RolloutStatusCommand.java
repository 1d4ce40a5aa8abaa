package io.homeostat.cli.command;

import io.homeostat.cli.show.Brief;
import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.RolloutText;
import io.homeostat.cli.terminal.Table;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** How rollouts stand. */
public final class RolloutStatusCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("how rollouts stand: the last one of each workload")
                .optional("NAME", "", "Only this one: a Rollout or its workload.")
                .agent()
                .paragraph(
                        "Exit code 2 when the last rollout of one failed or was aborted, also when a later commit went at"
                                + " once.")
                .example("homeostat rollout status", "All of them.")
                .example("homeostat rollout status web -o json", "One, for programs.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String name = call.argument("NAME");
        Node.Mapping answer = call.agent().get("/api/v1/rollouts", "name", name.isEmpty() ? null : name);
        List<Node.Mapping> rollouts = Nodes.mappings(answer.sequence("rollouts"));
        Table table = Table.of(call.paint(), "ROLLOUT", "WORKLOAD", "REVISION", "PHASE", "");
        boolean bad = false;
        for (Node.Mapping rollout : rollouts) {
            String phase = rollout.text("phase", "");
            bad |= phase.equals("failed") || phase.equals("aborted");
            table.row(
                    call.paint().strong(rollout.text("name", "")),
                    rollout.text("object", ""),
                    Brief.revision(rollout.text("revision", "")),
                    RolloutText.phase(phase, rollout.flag("paused", false), call.paint()),
                    rollout.text("message", ""));
        }
        call.print(answer, rollouts.isEmpty() ? List.of("There was no rollout yet.") : table.lines());
        return bad ? Exit.SOMETHING : Exit.DONE;
    }
}
