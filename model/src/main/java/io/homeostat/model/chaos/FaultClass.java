package io.homeostat.model.chaos;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every kind of fault, in the version {@link #TABLE} of the table by which coverage is counted. A class that is added makes a new
 * version, so that a figure from before is not compared with one from after.
 */
public enum FaultClass {
    KILL(false),
    TERMINATE(false),
    PAUSE(false),
    CPU(false),
    MEMORY(false),
    LATENCY(true),
    ERROR(true),
    RESET(true),
    BLACKHOLE(true),
    BANDWIDTH(true),
    CORRUPT(true);

    public static final int TABLE = 1;

    private final boolean onEdge;

    FaultClass(boolean onEdge) {
        this.onEdge = onEdge;
    }

    /** Done to requests from a caller to a callee; otherwise to instances of a workload. */
    public boolean isOnEdge() {
        return onEdge;
    }

    /** As documents have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @return null when there is none of that name */
    public static @Nullable FaultClass of(String word) {
        return Stream.of(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    public static List<FaultClass> ofInstances() {
        return Stream.of(values()).filter(each -> !each.onEdge).toList();
    }

    public static List<FaultClass> ofEdges() {
        return Stream.of(values()).filter(each -> each.onEdge).toList();
    }
}
