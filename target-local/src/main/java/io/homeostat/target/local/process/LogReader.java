package io.homeostat.target.local.process;

import java.io.IOException;

/**
 * What one instance wrote, standard output and errors together, in the order written. Lines longer than {@link #LONGEST_LINE}
 * come in pieces, so that no line is too long for memory.
 */
public interface LogReader {
    /** In bytes; what is longer comes as several lines. */
    int LONGEST_LINE = 64 << 10;

    /**
     * Gives the last lines to {@code sink}, oldest first, until it answers false.
     *
     * @param lines how many; negative: all that is kept
     */
    void tail(int lines, Sink sink) throws IOException;

    /**
     * {@link #tail}, and then every line as it is written. Returns when the instance has exited and all is read, when it is
     * removed, when {@code sink} answers false, or when the thread is interrupted.
     */
    void follow(int lines, Sink sink) throws IOException;

    /** Of an instance that nobody knows. */
    LogReader NOTHING = new LogReader() {
        @Override
        public void tail(int lines, Sink sink) {}

        @Override
        public void follow(int lines, Sink sink) {}
    };

    interface Sink {
        /** Takes one line, without its end; false: no more. */
        boolean line(String line) throws IOException;
    }
}
