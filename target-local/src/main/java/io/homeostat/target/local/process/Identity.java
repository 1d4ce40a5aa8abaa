package io.homeostat.target.local.process;

/**
 * A process, for ever. A pid alone comes back; a pid with its start does not within one boot.
 *
 * @param startTicks when the kernel started it, in clock ticks since the boot (field 22 of {@code /proc/PID/stat})
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 */
public record Identity(long pid, long startTicks, String bootId) {}
