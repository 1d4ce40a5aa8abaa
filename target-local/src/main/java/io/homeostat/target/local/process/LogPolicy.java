package io.homeostat.target.local.process;

/**
 * How much of what an instance writes is kept.
 *
 * @param fileBytes size at which the current file is rotated, at least 64 KiB
 * @param rotated how many rotated files are kept beside the current one, at least 1
 */
public record LogPolicy(long fileBytes, int rotated) {
    /** 10 MiB and three rotated ones: at most about 40 MiB for each instance. */
    public static final LogPolicy DEFAULT = new LogPolicy(10L << 20, 3);

    private static final long SMALLEST = 64 << 10;

    public LogPolicy {
        if (fileBytes < SMALLEST || rotated < 1) {
            throw new IllegalArgumentException("log files of at least 64 KiB, at least one rotated");
        }
    }
}
