package io.homeostat.cli.command;

import java.io.IOException;

/** One command: how it is called, and what it does. */
public interface Command {

    /** Says how it is called. Asked anew for each use, so that help, completion and parsing cannot disagree. */
    void describe(Usage usage);

    /**
     * Does it.
     *
     * @return one of {@link Exit}
     * @throws Failure when it could not be done, in words for the person who called
     */
    int run(Call call) throws Failure, IOException;
}
