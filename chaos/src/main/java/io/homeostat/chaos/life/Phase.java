package io.homeostat.chaos.life;

import java.util.Locale;

/** Where a run is. */
public enum Phase {
    BEFORE,
    INJECT,
    DURING,
    STOP,
    RECOVERY,
    OVER;

    /** Whether faults are wanted. */
    public boolean holdsFaults() {
        return this == INJECT || this == DURING;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
