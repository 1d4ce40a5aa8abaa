package io.homeostat.cli.command;

import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.show.RolloutText;
import io.homeostat.cli.terminal.Redrawn;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;

/** One rollout with everything that was shown on its way, once or until it is over. */
public final class RolloutExplainCommand implements Command {

    private static final int EVERY_MILLIS = 500;

    private final boolean live;

    /** @param live shows it again and again until it is over */
    public RolloutExplainCommand(boolean live) {
        this.live = live;
    }

    @Override
    public void describe(Usage usage) {
        usage.summary(
                        live
                                ? "one rollout on its way: a live view"
                                : "why a rollout stands where it stands, with its evidence")
                .required("NAME", "", "The Rollout, or its workload.")
                .agent()
                .paragraph((live ? "Ends when the rollout is over. " : "")
                        + "The columns are the evidence against the new version over time: the e-value, on a"
                        + " logarithmic scale, up to the limit that decides; below them its share of the traffic.")
                .paragraph("Exit code 2 when it failed or was aborted.")
                .example(
                        "homeostat rollout " + (live ? "watch" : "explain") + " web",
                        live ? "Until it is over." : "The verdict, its numbers and their picture.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Node.Mapping answer = get(call);
        if (call.json()) {
            call.print(answer, List.of());
        } else if (!live) {
            call.print(answer, RolloutText.lines(only(answer), call.paint()));
        } else {
            answer = watch(call, answer);
        }
        String phase = only(answer).text("phase", "");
        return phase.equals("failed") || phase.equals("aborted") ? Exit.SOMETHING : Exit.DONE;
    }

    private static Node.Mapping watch(Call call, Node.Mapping first) throws Failure, IOException {
        Redrawn picture = new Redrawn(call.terminal());
        Node.Mapping answer = first;
        while (true) {
            picture.show(RolloutText.lines(only(answer), call.paint()));
            if (!only(answer).text("phase", "").equals("running")) {
                return answer;
            }
            try {
                Thread.sleep(EVERY_MILLIS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return answer;
            }
            answer = get(call);
        }
    }

    private static Node.Mapping get(Call call) throws Failure, IOException {
        return call.agent().get("/api/v1/rollouts", "name", call.argument("NAME"));
    }

    private static Node.Mapping only(Node.Mapping answer) {
        return Nodes.mappings(answer.sequence("rollouts")).getFirst();
    }
}
