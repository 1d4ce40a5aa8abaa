package io.homeostat.agent;

import io.homeostat.converge.Aim;
import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Facts;
import io.homeostat.converge.Guard;
import io.homeostat.converge.Health;
import io.homeostat.converge.Insight;
import io.homeostat.converge.PlanSummary;
import io.homeostat.converge.Step;
import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** "Why is this not what Git says?", on one screen: the answer, what led to it, the evidence, what to do next. */
final class Why {

    private static final int EVIDENCE_SHOWN = 3;

    private final Converger converger;
    private final List<Node> lines = new ArrayList<>();
    private final List<Node> evidence = new ArrayList<>();
    private final List<String> next = new ArrayList<>();
    private String answer = "";

    private Why(Converger converger) {
        this.converger = converger;
    }

    /**
     * @param name of an application, or of an object as {@code Deployment/web} or {@code web}
     * @return null when nothing of that name is known
     */
    static Node.@Nullable Mapping of(Converger converger, String name) throws IOException {
        Map<ObjectKey, Live> observed = converger.observe();
        Live object = null;
        String application = name;
        if (!converger.names().contains(name)) {
            object = observed.values().stream()
                    .filter(live -> live.key().toString().equals(name)
                            || live.key().name().equals(name))
                    .min((a, b) -> Integer.compare(rank(a), rank(b)))
                    .orElse(null);
            if (object == null) {
                return null;
            }
            application = object.application();
        }
        Why why = new Why(converger);
        why.explain(application, object, observed);
        return Node.Mapping.EMPTY
                .with("name", name)
                .with("application", application)
                .with("answer", why.answer)
                .with("lines", JsonList.of(why.lines, line -> line))
                .with("evidence", JsonList.of(why.evidence, shown -> shown))
                .with("next", JsonList.of(why.next));
    }

    /** Of several objects with one name people mean the workload. */
    private static int rank(Live live) {
        return switch (live.key().kind()) {
            case "Deployment", "StatefulSet" -> 0;
            case "Job", "CronJob" -> 1;
            default -> 2;
        };
    }

    private void explain(String application, @Nullable Live object, Map<ObjectKey, Live> observed) throws IOException {
        ApplicationState state = converger.history().application(application);
        Insight insight = converger.insight(application);
        Health health = converger.health(application);
        git(insight);
        running(state);
        plan(application, insight);
        guards(insight);
        health(application, object, insight, observed);
        String waits = converger.waitsFor(application);
        if (waits != null) {
            line("waiting", waits);
            settle(waits);
        }
        String sourceError = converger.sourceError();
        if (sourceError != null) {
            line("source", sourceError);
        }
        state.drift().forEach((place, drift) -> line("drift", place + ": " + drift.found()));
        settle(
                health.status() == Health.Status.HEALTHY
                        ? application + " is what Git says, and healthy."
                        : application + " is what Git says, and " + Views.word(health) + ": " + health.message());
        next.add("homeostat events --application " + application);
    }

    private void git(Insight insight) {
        switch (insight.head()) {
            case Aim.Head.Declared declared -> line("git", "declares it at " + Facts.brief(declared.revision()));
            case Aim.Head.Absent absent ->
                line("git", "no longer declares it, since " + Facts.brief(absent.revision()));
            case Aim.Head.Invalid invalid -> {
                line("git", invalid.because());
                settle(invalid.because());
                next.add("homeostat validate PATH");
            }
        }
        String because = Views.because(insight.aim());
        if (insight.aim() instanceof Aim.Go go && go.because().equals("Git says so")) {
            return;
        }
        if (because != null) {
            line("aim", because);
            settle(because);
        }
    }

    private void running(ApplicationState state) {
        Attempt attempt = state.attempt();
        if (attempt != null) {
            String phase = attempt.phase().name().toLowerCase(Locale.ROOT);
            line(
                    "running",
                    Facts.brief(attempt.revision()) + ", " + phase + " (started " + attempt.startedAt() + ")"
                            + (attempt.reason().isEmpty() ? "" : ": " + attempt.reason()));
        }
        ApplicationState.Good good = state.lastGood();
        if (good != null) {
            line("last good", Facts.brief(good.revision()) + ", since " + good.at());
        }
        state.quarantines().values().forEach(bad -> {
            line("quarantine", Facts.brief(bad.revision()) + " since " + bad.since() + ": " + bad.reason());
            next.add("homeostat release " + state.name());
        });
    }

    private void plan(String application, Insight insight) {
        if (insight.plan() != null && insight.plan().hasChanges()) {
            line("plan", PlanSummary.of(insight.plan()));
            insight.plan().steps().forEach(step -> {
                if (step instanceof Step.Blocked blocked) {
                    line("blocked", blocked.key() + ": " + blocked.reason());
                    settle(blocked.key() + ": " + blocked.reason());
                }
            });
            next.add("homeostat plan --application " + application);
        }
        insight.retries().forEach((object, story) -> line("retry", object + ": " + story));
    }

    private void guards(Insight insight) {
        insight.answers().forEach((name, answer) -> {
            if (answer instanceof Guard.Answer.No no) {
                line("guard", name + ": " + no.reason());
                settle(no.reason());
            } else {
                line("guard", name + ": nothing in the way");
            }
        });
    }

    private void health(String application, @Nullable Live object, Insight insight, Map<ObjectKey, Live> observed)
            throws IOException {
        for (Insight.ObjectHealth shown : insight.objects()) {
            if (shown.health().status() != Health.Status.HEALTHY) {
                line(
                        "health",
                        shown.object() + " is " + Views.word(shown.health()) + ": "
                                + shown.health().message());
            }
        }
        for (Live live : observed.values()) {
            boolean asked = object == null
                    ? live.application().equals(application)
                    : live.key().equals(object.key());
            if (!asked || evidence.size() >= EVIDENCE_SHOWN) {
                continue;
            }
            for (Evidence found : converger.target().evidence(live.key())) {
                if (evidence.size() < EVIDENCE_SHOWN) {
                    evidence.add(Facts.evidence(found));
                    next.add("homeostat logs " + live.key().name() + (found.exitCode() == null ? "" : " --previous"));
                }
            }
        }
    }

    /** The first reason found is the answer; what follows is detail. */
    private void settle(String reason) {
        if (answer.isEmpty()) {
            answer = reason;
        }
    }

    private void line(String topic, String text) {
        lines.add(Node.Mapping.EMPTY.with("topic", topic).with("text", text));
    }
}
