package io.homeostat.target.local.process;

import org.jspecify.annotations.Nullable;

/**
 * What an instance and all its children together may use at most. Held by the kernel's control groups where this user may
 * write them; elsewhere the instance runs without and carries a warning.
 *
 * @param memoryBytes at least 1; null: no limit
 * @param cpuMillis thousandths of one processor, at least 1; null: no limit
 * @param pids processes and threads, at least 1; null: no limit
 */
public record Limits(
        @Nullable Long memoryBytes,
        @Nullable Integer cpuMillis,
        @Nullable Integer pids) {
    public static final Limits NONE = new Limits(null, null, null);

    public Limits {
        if (below1(memoryBytes) || below1(cpuMillis) || below1(pids)) {
            throw new IllegalArgumentException(
                    "a limit is at least 1: " + memoryBytes + ", " + cpuMillis + ", " + pids);
        }
    }

    public boolean isNone() {
        return memoryBytes == null && cpuMillis == null && pids == null;
    }

    private static boolean below1(@Nullable Number limit) {
        return limit != null && limit.longValue() < 1;
    }
}
