package io.homeostat.chaos.check;

import io.homeostat.chaos.Surroundings;
import io.homeostat.model.Expressions;
import io.homeostat.model.chaos.Hypothesis;

/** A condition over the signals. */
final class CelProbe implements Probe {

    private final Hypothesis.Cel check;
    private final Surroundings surroundings;

    CelProbe(Hypothesis.Cel check, Surroundings surroundings) {
        this.check = check;
        this.surroundings = surroundings;
    }

    @Override
    public Measure measure() {
        return Measure.NOTHING;
    }

    @Override
    public Seen look() {
        return switch (Expressions.evaluateSignals(check.expression(), surroundings.signals())) {
            case Expressions.Outcome.Holds _ -> Seen.holds(check.expression());
            case Expressions.Outcome.HoldsNot _ -> Seen.broken("not " + check.expression());
            // Nobody has called yet, or the objective has no data: there is nothing to say so far.
            case Expressions.Outcome.Failed failed -> Seen.unknown(failed.reason());
        };
    }
}
