package io.homeostat.deliver.rollout;

import io.homeostat.deliver.rollout.Surroundings.Tested;
import io.homeostat.model.Expressions;
import io.homeostat.model.Expressions.Outcome;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Guards;
import io.homeostat.model.Rollout.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Asks what has to hold before a stage ends. Webhooks are asked beside the loop, which never waits for them, and not again before
 * {@value #ASK_AGAIN_SECONDS} s have passed; for so long an answer counts. Safe for use by many threads.
 */
final class StageGuards {

    private static final int ASK_AGAIN_SECONDS = 10;
    private static final int PATIENCE_MILLIS = 5_000;
    private static final Set<String> IN_TROUBLE = Set.of("burning", "spent");

    /** @param refusal null when it agreed */
    private record Answered(Instant asked, @Nullable String refusal) {}

    /** @param startedAt whoever tries the same revision again asks anew */
    private record Question(String rollout, String revision, Instant startedAt, int stage, URI webhook) {}

    private final Surroundings surroundings;
    private final Map<Question, Answered> answers = new ConcurrentHashMap<>();

    StageGuards(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /**
     * @param unmet why the stage that was reached may not end now; null when nothing speaks against it
     * @param broken the experiment that it had to withstand broke; null when it did not
     */
    record Word(@Nullable String unmet, @Nullable String broken) {
        static final Word FREE = new Word(null, null);
    }

    private static @Nullable Stage stage(Rollout rollout, Progress progress) {
        boolean reached =
                progress.stage() >= 0 && progress.stage() < rollout.stages().size() && progress.isRunning();
        return reached ? rollout.stages().get(progress.stage()) : null;
    }

    /** The stage's own experiment disturbs it right now: what is seen meanwhile is no evidence about the version. */
    boolean isDisturbed(Rollout rollout, Progress progress) {
        Stage stage = stage(rollout, progress);
        String experiment = stage == null ? null : stage.guards().experiment();
        return experiment != null && surroundings.isRunning(experiment);
    }

    /** @param isDue the stage would end now if nothing spoke against it */
    Word ask(Rollout rollout, Progress progress, boolean isDue, Instant now) {
        Stage stage = stage(rollout, progress);
        if (stage == null) {
            return Word.FREE;
        }
        Guards guards = stage.guards();
        List<String> unmet = new ArrayList<>();
        if (guards.window() != null && !guards.window().contain(now)) {
            unmet.add("outside of its hours, " + guards.window().from() + " to "
                    + guards.window().to() + " " + guards.window().zone());
        }
        for (String name : guards.objectives()) {
            String word = surroundings.objective(name);
            if (word.isEmpty() || IN_TROUBLE.contains(word)) {
                unmet.add("objective " + name + (word.isEmpty() ? " does not exist" : " is " + word));
            }
        }
        if (guards.when() != null) {
            switch (Expressions.evaluateSignals(guards.when(), surroundings.signals())) {
                case Outcome.Holds _ -> {}
                case Outcome.HoldsNot _ -> unmet.add("not " + guards.when());
                case Outcome.Failed failed -> unmet.add(guards.when() + " cannot be told: " + failed.reason());
            }
        }
        if (guards.experiment() != null && unmet.isEmpty() && isDue) {
            switch (surroundings.experiment(guards.experiment(), progress.since(), rollout.name())) {
                case Tested.Held _ -> {}
                case Tested.Open open -> unmet.add("experiment " + guards.experiment() + " " + open.message());
                case Tested.Broken broken -> {
                    return new Word(null, "experiment " + guards.experiment() + " broke: " + broken.reason());
                }
            }
        }
        // Who is asked last may act on it: only when all else holds and the time is up.
        if (guards.webhook() != null && unmet.isEmpty() && isDue) {
            String refusal = ask(rollout, progress, guards.webhook(), now);
            if (refusal != null) {
                unmet.add(refusal);
            }
        }
        return unmet.isEmpty() ? Word.FREE : new Word(String.join("; ", unmet), null);
    }

    /** Each of them as the document has it, for the history. */
    static List<String> names(Guards guards) {
        List<String> names = new ArrayList<>();
        if (guards.window() != null) {
            names.add("its hours, " + guards.window().from() + " to "
                    + guards.window().to());
        }
        guards.objectives().forEach(name -> names.add("objective " + name));
        if (guards.when() != null) {
            names.add(guards.when());
        }
        if (guards.experiment() != null) {
            names.add("experiment " + guards.experiment());
        }
        if (guards.webhook() != null) {
            names.add(guards.webhook().toString());
        }
        return names;
    }

    private @Nullable String ask(Rollout rollout, Progress progress, URI webhook, Instant now) {
        Question question =
                new Question(rollout.name(), progress.revision(), progress.startedAt(), progress.stage(), webhook);
        Answered known = answers.get(question);
        boolean isStale =
                known == null || !known.asked().plusSeconds(ASK_AGAIN_SECONDS).isAfter(now);
        if (isStale) {
            answers.keySet().removeIf(other -> other.rollout().equals(rollout.name()) && !other.equals(question));
            // A yes holds no longer than that; why not is said until there is a newer word.
            String refusal = known == null ? null : known.refusal();
            answers.put(question, new Answered(now, refusal == null ? asked(webhook) : refusal));
            Node.Mapping body = Node.Mapping.EMPTY
                    .with("rollout", rollout.name())
                    .with("application", progress.application())
                    .with("object", progress.workload().toString())
                    .with("revision", progress.revision())
                    .with("stage", progress.stage())
                    .with("weight", progress.weight());
            Thread.ofVirtual()
                    .name("rollout-webhook")
                    .start(() -> answers.put(question, new Answered(now, post(webhook, Json.bytes(body)))));
        }
        Answered answer = answers.get(question);
        return answer == null ? asked(webhook) : answer.refusal();
    }

    private static String asked(URI webhook) {
        return webhook + " is asked";
    }

    private static @Nullable String post(URI webhook, byte[] body) {
        try {
            HttpURLConnection connection = (HttpURLConnection) webhook.toURL().openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            int status = connection.getResponseCode();
            return status / 100 == 2 ? null : webhook + " answers with " + status;
        } catch (IOException | IllegalArgumentException failed) {
            return webhook + " cannot be asked: " + failed.getMessage();
        }
    }
}
