package io.homeostat.signal;

import io.homeostat.model.slo.Objective;
import io.homeostat.model.slo.Slo;
import io.homeostat.signal.series.Counts;
import io.homeostat.signal.series.Series;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** From what was counted to what it says about an objective. */
final class Measure {

    private Measure() {}

    /** @param from where slices begin; a rolling window is moved to the next whole slice, so that they stay the same ones */
    static Evidence over(Series series, Objective objective, Slo.Method method, Instant from, Instant to)
            throws IOException {
        if (method == Slo.Method.OCCURRENCES) {
            return occurrences(series.sum(from, to));
        }
        double[] found = new double[3];
        series.slices(from, to, objective.slice(), (start, counts) -> {
            if (counts.total() > 0) {
                found[0] += badness(counts, objective, method);
                found[1]++;
                found[2] += counts.bad();
            }
        });
        return new Evidence(found[0], found[1], found[2], found[1] > 0);
    }

    static Evidence occurrences(Series.Seen seen) {
        return new Evidence(
                seen.counts().bad(), seen.counts().total(), seen.counts().bad(), seen.hasData());
    }

    /** How bad one slice is, 0 to 1. */
    static double badness(Counts slice, Objective objective, Slo.Method method) {
        double good = slice.total() - slice.bad();
        if (method == Slo.Method.TIMESLICES) {
            return good / slice.total() >= objective.sliceTarget() ? 0 : 1;
        }
        return slice.bad() / slice.total();
    }

    /** The next moment at which a slice begins, counted from 1970. */
    static Instant wholeSlice(Instant from, Duration slice) {
        long length = Math.max(60, slice.toSeconds());
        return Instant.ofEpochSecond(Math.ceilDiv(from.getEpochSecond(), length) * length);
    }
}
