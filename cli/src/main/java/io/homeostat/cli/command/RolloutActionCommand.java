package io.homeostat.cli.command;

import java.io.IOException;
import java.util.Map;

/** What people ask of a rollout on its way. */
public final class RolloutActionCommand implements Command {

    private static final String NAME = "NAME";

    private record Words(String summary, String paragraph, String example) {}

    private static final Map<String, Words> ACTIONS = Map.of(
            "pause",
                    new Words(
                            "let a rollout stay in the stage that it reached",
                            "Its instances and its traffic stay as they are. What turns out bad still goes back by"
                                    + " itself.",
                            "Stays where it is until resumed."),
            "resume",
                    new Words(
                            "let a paused rollout go on",
                            "The time in which it was paused does not count as held.",
                            "Goes on with the stage where it was paused."),
            "promote",
                    new Words(
                            "let a rollout go on to its next stage now",
                            "Approves a stage that waits for approval, and skips what is left of its time; the history"
                                    + " says so.",
                            "Approves, or skips the rest of the stage."),
            "abort",
                    new Words(
                            "take a rollout back",
                            "Traffic goes back first, then the instances go; the revision is quarantined.",
                            "Back to the stable version."),
            "retry",
                    new Words(
                            "try a failed or aborted rollout again",
                            "Ends the quarantine of its application's revision: when the cause lay elsewhere.",
                            "Begins again with the first stage."));

    private final String action;

    /** @param action one of pause, resume, promote, abort, retry */
    public RolloutActionCommand(String action) {
        this.action = action;
    }

    @Override
    public void describe(Usage usage) {
        Words words = ACTIONS.getOrDefault(action, new Words("", "", ""));
        usage.summary(words.summary())
                .required(NAME, "", "The Rollout, or its workload.")
                .changes()
                .paragraph(words.paragraph())
                .example("homeostat rollout " + action + " web", words.example());
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        String name = call.argument(NAME);
        return Changing.post(
                call,
                "rollout " + action + " " + name,
                "/api/v1/rollout",
                "name",
                name,
                "action",
                action,
                "by",
                call.variables().getOrDefault("USER", "somebody"));
    }
}
