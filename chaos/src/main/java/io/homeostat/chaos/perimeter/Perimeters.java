package io.homeostat.chaos.perimeter;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every perimeter that searches found: a fold over the journal. Safe for use by many threads. */
public final class Perimeters {

    private static final int KEPT = 20;

    private final Map<String, Deque<Found>> all = new TreeMap<>();

    /** What the newest answers are smaller than, by experiment, until one is no longer. */
    private final Map<String, Found> shrunkFrom = new TreeMap<>();

    /**
     * One result.
     *
     * @param said all of it, as the journal has it
     * @param at when the search ended
     */
    public record Found(String experiment, String run, Instant at, Node.Mapping said) {

        public boolean isAnswer() {
            String status = said.text("status", "");
            return status.equals(Perimeter.Status.FOUND.word())
                    || status.equals(Perimeter.Status.BEYOND.word())
                    || status.equals(Perimeter.Status.BELOW.word());
        }

        public double holds() {
            return number("holds", 0);
        }

        /** NaN when nothing broke it. */
        public double breaks() {
            return number("breaks", Double.NaN);
        }

        private double number(String key, double otherwise) {
            return said.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
        }

        private boolean isOfTheSame(Found other) {
            return said.text("axis", "").equals(other.said.text("axis", ""))
                    && said.text("target", "").equals(other.said.text("target", ""))
                    && said.text("class", "").equals(other.said.text("class", ""));
        }

        /** What held then breaks now: the intervals do not overlap, so it is not for want of precision. */
        public boolean isWithin(Found earlier) {
            if (!isOfTheSame(earlier) || Double.isNaN(breaks()) || earlier.holds() == 0) {
                return false;
            }
            boolean falls = said.text("axis", "").equals("bandwidth");
            return falls ? breaks() >= earlier.holds() : breaks() <= earlier.holds();
        }
    }

    /**
     * What is known of one experiment.
     *
     * @param history newest first, at least one
     * @param shrunkFrom the answer that the newest answer lies within; null when it did not shrink, or came back
     */
    public record Known(
            String experiment,
            List<Found> history,
            @Nullable Found shrunkFrom) {
        public Found newest() {
            return history.getFirst();
        }
    }

    /** Takes a search's end; everything else leaves it as it is. */
    public synchronized void take(Event event) {
        Node.Mapping said = event.data().mapping("perimeter");
        if (said.isEmpty()) {
            return;
        }
        String experiment = event.data().text("experiment", "");
        Deque<Found> found = all.computeIfAbsent(experiment, first -> new ArrayDeque<>());
        Found now = new Found(experiment, event.data().text("run", ""), event.time(), said);
        if (now.isAnswer()) {
            compare(now, shrunkFrom.get(experiment), found);
        }
        found.addFirst(now);
        while (found.size() > KEPT) {
            found.removeLast();
        }
    }

    public synchronized List<Known> known() {
        List<Known> known = new ArrayList<>();
        all.forEach((experiment, found) ->
                known.add(new Known(experiment, List.copyOf(found), shrunkFrom.get(experiment))));
        return known;
    }

    private void compare(Found now, @Nullable Found reference, Deque<Found> history) {
        Found earlier = reference != null
                ? reference
                : history.stream().filter(Found::isAnswer).findFirst().orElse(null);
        if (earlier != null && now.isWithin(earlier)) {
            shrunkFrom.put(now.experiment(), earlier);
        } else {
            shrunkFrom.remove(now.experiment());
        }
    }

    /** The answer that the newest answer lies within; null when it did not shrink, or came back. */
    public synchronized @Nullable Found shrunkFrom(String experiment) {
        return shrunkFrom.get(experiment);
    }
}
