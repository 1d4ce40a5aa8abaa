package io.homeostat.cli.demo;

/** One thing that happens to a running system, and what follows from it. */
public interface Scene {

    /** Three or four words. */
    String title();

    /** One or two sentences for whoever watches: what is about to happen, and what homeostat does about it. */
    String shows();

    /**
     * Does it, and looks at what really follows: answers over HTTP, processes, files, events.
     *
     * @throws Unexpected when something else followed
     */
    void play(Stage stage) throws Unexpected, Exception;
}
