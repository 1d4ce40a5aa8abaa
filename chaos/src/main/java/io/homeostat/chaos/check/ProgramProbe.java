package io.homeostat.chaos.check;

import io.homeostat.model.chaos.Hypothesis;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Runs a program and looks at how it ends. */
final class ProgramProbe implements Probe {

    private final Hypothesis.Program check;

    ProgramProbe(Hypothesis.Program check) {
        this.check = check;
    }

    @Override
    public Measure measure() {
        return Measure.TIME;
    }

    @Override
    public Seen look() {
        Process process;
        long began = System.nanoTime();
        try {
            process = new ProcessBuilder(check.command())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return Seen.impossible(String.valueOf(missing.getMessage()));
        }
        try {
            if (!process.waitFor(check.within().toMillis(), TimeUnit.MILLISECONDS)) {
                return Seen.broken("it did not end within " + check.within().toMillis() + " ms");
            }
            double millis = (System.nanoTime() - began) / 1e6;
            int status = process.exitValue();
            return (status == 0 ? Seen.holds("it ended with 0") : Seen.broken("it ended with " + status))
                    .measuring(millis);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return Seen.unknown("the run is over");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
