package io.homeostat.target.local.process;

/**
 * How a command that was run beside an instance ended.
 *
 * @param exitCode as a shell says it; 137 when it was killed for its time
 * @param output the first 16 KiB of what it wrote, errors included
 */
public record Execution(int exitCode, boolean timedOut, String output) {

    public boolean succeeded() {
        return exitCode == 0 && !timedOut;
    }
}
