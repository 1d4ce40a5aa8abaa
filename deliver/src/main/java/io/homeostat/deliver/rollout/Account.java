package io.homeostat.deliver.rollout;

import io.homeostat.deliver.judge.Phase;
import io.homeostat.deliver.judge.VerdictView;
import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was shown in one rollout, as the journal tells it: how strong the evidence was at which time, and the last verdict with all
 * its numbers. A fold over {@code rollout.evidence} events; a value.
 *
 * @param samples in the order of time, at most {@value #MOST}
 * @param verdict as {@link VerdictView} shows it; empty while there is none
 * @param errors counts so far, so that the next agent goes on with them
 * @param crashes the same
 * @param failures how many looks of each check failed
 */
public record Account(
        List<Sample> samples,
        Node.Mapping verdict,
        List<Phase> errors,
        List<Phase> crashes,
        Map<String, Integer> failures) {

    /** More than this is more than a picture shows. */
    static final int MOST = 240;

    public static final Account NONE = new Account(List.of(), Node.Mapping.EMPTY, List.of(), List.of(), Map.of());

    /**
     * @param stage that was reached then
     * @param weight percent of the traffic that the new version had
     * @param logE ln of the e-value that came nearest to its limit
     * @param limit ln of what it needs to decide
     * @param metric which one it was
     */
    public record Sample(Instant at, int stage, int weight, double logE, double limit, String metric, String verdict) {

        /** How much of the way to its limit the evidence has gone; 1 and more decides. */
        double part() {
            return logE / limit;
        }
    }

    Account after(Event event) {
        if (event.type().equals(RolloutFacts.STARTED)) {
            return NONE;
        }
        if (event.type().equals(RolloutFacts.CHECK)) {
            Map<String, Integer> more = new TreeMap<>(failures);
            more.merge(event.data().text("check", ""), 1, Integer::sum);
            return new Account(samples, verdict, errors, crashes, Map.copyOf(more));
        }
        if (!event.type().equals(RolloutFacts.EVIDENCE)) {
            return this;
        }
        Node.Mapping data = event.data();
        List<Sample> more = new ArrayList<>(samples.size() < MOST ? samples : everyOther(samples));
        more.add(new Sample(
                event.time(),
                data.integer("stage", 0),
                data.integer("weight", 0),
                number(data.get("lnE")),
                number(data.get("limit")),
                data.text("metric", ""),
                data.mapping("verdict").text("verdict", "")));
        return new Account(
                List.copyOf(more), data.mapping("verdict"), phases(data, "errors"), phases(data, "crashes"), failures);
    }

    private static List<Sample> everyOther(List<Sample> samples) {
        List<Sample> kept = new ArrayList<>();
        for (int i = 1; i < samples.size(); i += 2) {
            kept.add(samples.get(i));
        }
        return kept;
    }

    /** What an event says from which all this is read. */
    static Node.Mapping data(Sample sample, Node.Mapping verdict, List<Phase> errors, List<Phase> crashes) {
        return Node.Mapping.EMPTY
                .with("stage", sample.stage())
                .with("weight", sample.weight())
                .with("lnE", VerdictView.number(sample.logE()))
                .with("limit", VerdictView.number(sample.limit()))
                .with("metric", sample.metric())
                .with("verdict", verdict)
                .with("errors", node(errors))
                .with("crashes", node(crashes));
    }

    private static Node.Sequence node(List<Phase> phases) {
        List<Node> all = new ArrayList<>();
        for (Phase phase : phases) {
            List<Node> one = new ArrayList<>();
            for (double number : new double[] {
                phase.baselineExposure(), phase.canaryExposure(), phase.baselineEvents(), phase.canaryEvents()
            }) {
                one.add(VerdictView.number(number));
            }
            all.add(new Node.Sequence(one, Position.NONE));
        }
        return new Node.Sequence(all, Position.NONE);
    }

    private static List<Phase> phases(Node.Mapping data, String key) {
        List<Phase> phases = new ArrayList<>();
        for (Node each : data.sequence(key)) {
            if (each instanceof Node.Sequence one && one.elements().size() == 4) {
                phases.add(new Phase(
                        number(one.elements().get(0)),
                        number(one.elements().get(1)),
                        number(one.elements().get(2)),
                        number(one.elements().get(3))));
            }
        }
        return List.copyOf(phases);
    }

    private static double number(@Nullable Node node) {
        return node instanceof Node.Numeric numeric ? numeric.value().doubleValue() : 0;
    }
}
