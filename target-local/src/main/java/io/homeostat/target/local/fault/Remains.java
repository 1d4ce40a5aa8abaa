package io.homeostat.target.local.fault;

import io.homeostat.target.local.process.Identity;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What a watchdog would have undone that somebody killed. */
final class Remains {

    private Remains() {}

    /** @param session of the watchdog: what it started is ended, what it stopped goes on */
    static void undo(Identity process, long session) throws IOException {
        StringBuilder words = new StringBuilder();
        if (ProcessLook.isStopped(process)) {
            words.append("kill -CONT -").append(process.pid()).append("; ");
        }
        words.append("kill -KILL -").append(session);
        Process shell = new ProcessBuilder("sh", "-c", words.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            shell.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
