package io.homeostat.cli.command;

/** What a command's exit code means; scripts rely on it. */
public final class Exit {

    public static final int DONE = 0;

    /** It failed, or what was looked at is invalid. */
    public static final int FAILED = 1;

    /** It was done, and there is something: changes, drift, something unhealthy. */
    public static final int SOMETHING = 2;

    /** It was called in a way that makes no sense. */
    public static final int WRONG_USE = 64;

    private Exit() {}
}
