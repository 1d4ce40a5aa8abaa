package io.homeostat.console;

import java.util.Locale;

/** How something stands, as the eye takes it in: a colour, and a sign for those who do not see the colour. */
enum Tone {
    GOOD("●"),
    CHANGING("◐"),
    QUIET("○"),
    WARN("▲"),
    BAD("■");

    private final String sign;

    Tone(String sign) {
        this.sign = sign;
    }

    String sign() {
        return sign;
    }

    /** The name of the style. */
    String style() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of the state of an application: see docs/api.md. */
    static Tone ofState(String state) {
        return switch (state) {
            case "synced" -> GOOD;
            case "progressing", "pending" -> CHANGING;
            case "drifted", "held", "frozen" -> WARN;
            case "failed", "quarantined", "invalid" -> BAD;
            default -> QUIET;
        };
    }

    static Tone ofHealth(String health) {
        return switch (health) {
            case "healthy" -> GOOD;
            case "progressing" -> CHANGING;
            case "degraded" -> BAD;
            default -> QUIET;
        };
    }

    /** Of an objective, as the API says it. */
    static Tone ofObjective(String state) {
        return switch (state) {
            case "kept" -> GOOD;
            case "burning" -> WARN;
            case "spent" -> BAD;
            default -> QUIET;
        };
    }

    static Tone ofRollout(String phase) {
        return switch (phase) {
            case "completed" -> GOOD;
            case "failed", "aborted" -> BAD;
            case "superseded" -> QUIET;
            default -> CHANGING;
        };
    }

    /** Of a record of the journal. */
    static Tone ofEvent(String type) {
        if (type.startsWith("probe.") || type.startsWith("instance.")) {
            return QUIET;
        }
        if (type.endsWith(".failed")
                || type.equals("quarantine.added")
                || type.equals("experiment.refused")
                || type.equals("alert.firing")
                || type.equals("budget.exhausted")
                || type.equals("indicator.lost")
                || type.equals("agent.deposed")
                || type.endsWith(".invalid")
                || type.equals("rollout.aborted")) {
            return BAD;
        }
        if (type.startsWith("drift.found")
                || type.startsWith("freeze.set")
                || type.startsWith("hold.set")
                || type.equals("alert.pending")
                || type.equals("rollout.paused")) {
            return WARN;
        }
        if (type.equals("sync.succeeded")
                || type.equals("rollout.completed")
                || type.equals("alert.resolved")
                || type.equals("budget.restored")
                || type.equals("source.recovered")
                || type.equals("drift.gone")) {
            return GOOD;
        }
        if (type.startsWith("sync.") || type.startsWith("rollout.") || type.equals("revision.seen")) {
            return CHANGING;
        }
        return QUIET;
    }
}
