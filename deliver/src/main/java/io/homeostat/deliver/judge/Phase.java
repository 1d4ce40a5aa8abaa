package io.homeostat.deliver.judge;

/**
 * A stretch of a rollout in which the canary's share of the traffic stayed about the same.
 *
 * @param baselineExposure what could have gone wrong on the baseline: requests, or seconds that instances ran
 * @param canaryExposure the same on the canary
 * @param baselineEvents what went wrong there: errors, crashes. Not whole when bursts count once ({@link CountEvidence})
 */
public record Phase(double baselineExposure, double canaryExposure, double baselineEvents, double canaryEvents) {

    public static final Phase NONE = new Phase(0, 0, 0, 0);

    /** The canary's measured share, 0 to 1; 0 when nothing was measured. */
    public double share() {
        double all = baselineExposure + canaryExposure;
        return all == 0 ? 0 : canaryExposure / all;
    }

    public Phase plus(Phase other) {
        return new Phase(
                baselineExposure + other.baselineExposure,
                canaryExposure + other.canaryExposure,
                baselineEvents + other.baselineEvents,
                canaryEvents + other.canaryEvents);
    }

    Phase times(double factor) {
        return new Phase(
                baselineExposure * factor, canaryExposure * factor, baselineEvents * factor, canaryEvents * factor);
    }

    /** The same with the arms' parts exchanged. */
    Phase mirrored() {
        return new Phase(
                /* baselineExposure= */ canaryExposure,
                /* canaryExposure= */ baselineExposure,
                /* baselineEvents= */ canaryEvents,
                /* canaryEvents= */ baselineEvents);
    }
}
