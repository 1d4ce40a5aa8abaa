package io.homeostat.target.local.image;

/**
 * What an archive may be at most, so that a hostile or mistaken one fills no disk.
 *
 * @param archiveBytes as downloaded
 * @param unpackedBytes all files together
 * @param entries files, directories and links
 */
record UnpackLimits(long archiveBytes, long unpackedBytes, int entries) {
    /** 2 GiB, 4 GiB, a hundred thousand. */
    static final UnpackLimits DEFAULT = new UnpackLimits(2L << 30, 4L << 30, 100_000);
}
