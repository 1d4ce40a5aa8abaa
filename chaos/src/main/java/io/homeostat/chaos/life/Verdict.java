package io.homeostat.chaos.life;

import java.util.Locale;

/** What a run showed. */
public enum Verdict {
    /** Every check held all the time, every fault was seen at its place, and the system recovered. */
    HELD,
    /** A check broke while the faults were there, or the system did not recover in time. */
    BROKEN,
    /** Nothing was shown: no steady state before, a check that could not be made, a fault that was not seen. */
    INCONCLUSIVE,
    /** Somebody or something ended it. */
    ABORTED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
