package io.homeostat.chaos.check;

import io.homeostat.chaos.life.Look.Checked.State;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Adds up the looks at one check. Not safe for use by many threads. */
final class Measuring {

    static final int KEPT = 10_000;

    private final String name;
    private final Probe.Measure measure;
    private final Deque<Double> values = new ArrayDeque<>();
    private int looks;
    private int held;
    private int broken;
    private double worst = Double.NEGATIVE_INFINITY;

    Measuring(String name, Probe.Measure measure) {
        this.name = name;
        this.measure = measure;
    }

    void take(Probe.Seen seen) {
        looks++;
        held += seen.state() == State.HOLDS ? 1 : 0;
        broken += seen.state() == State.BROKEN ? 1 : 0;
        Double value = seen.measured();
        if (value != null) {
            worst = Math.max(worst, value);
            values.addLast(value);
            if (values.size() > KEPT) {
                values.removeFirst();
            }
        }
    }

    void reset() {
        looks = 0;
        held = 0;
        broken = 0;
        worst = Double.NEGATIVE_INFINITY;
        values.clear();
    }

    Measured sum() {
        return new Measured(name, measure.unit(), looks, held, broken, typical(), values.isEmpty() ? null : worst);
    }

    private @Nullable Double typical() {
        if (values.isEmpty()) {
            return null;
        }
        if (measure.isShare()) {
            return values.getLast();
        }
        return values.stream()
                .sorted()
                .skip((values.size() - 1) / 2)
                .findFirst()
                .orElse(null);
    }
}
