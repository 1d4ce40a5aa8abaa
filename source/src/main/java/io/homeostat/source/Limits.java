package io.homeostat.source;

/**
 * What a snapshot may hold at most, so that a mistake in Git costs an error message and not the machine's memory or disk.
 *
 * @param fileBytes the largest file that a snapshot may hold
 * @param totalBytes all its files together
 * @param files how many files it may hold, counting a linked directory's files once per link
 * @param readBytes the largest file that is read into memory at once
 * @param depth how deep directories may nest
 */
public record Limits(long fileBytes, long totalBytes, int files, int readBytes, int depth) {
    public static final Limits DEFAULT = new Limits(512L << 20, 4L << 30, 200_000, 16 << 20, 128);
}
