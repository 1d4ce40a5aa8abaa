package io.homeostat.target.local.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts a shim and finds out who got the claim. The steps are numbered in {@link Claim}. */
final class Shim {
    private final Tools tools;
    private final Duration patience;

    /** @param patience how long a start may take until it is revoked */
    Shim(Tools tools, Duration patience) {
        this.tools = tools;
        this.patience = patience;
    }

    /**
     * Answers the claim that holds. Either this shim's, or, in one of the rare cases that {@link Claim} tells of, another's: what
     * counts is that the program was started once.
     *
     * @throws IOException when it was not started; then it never will be
     */
    Claim start(InstanceDirectory directory) throws IOException {
        Process shim = fork(directory);
        Heard heard = listen(shim);
        try {
            Claim.Finding finding = Claim.read(directory.path());
            if (finding instanceof Claim.Finding.None) {
                finding = Claim.revoke(directory.path());
            }
            if (finding instanceof Claim.Finding.Held held) {
                return held.claim();
            }
            shim.destroyForcibly();
            throw new IOException(
                    switch (heard) {
                        case NOTHING ->
                            directory.name() + " did not start within " + patience.toSeconds()
                                    + " s; the start was revoked and nothing of it runs";
                        case INTERRUPTED -> directory.name() + " was not started: interrupted";
                        case END ->
                            directory.name() + " could not be started: the shell that starts it ended too early"
                                    + lastWords(directory);
                    });
        } finally {
            if (heard == Heard.INTERRUPTED) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private enum Heard {
        END,
        NOTHING,
        INTERRUPTED
    }

    /** Until the child has told that it has the claim, or nobody is left who could, or patience ends. */
    private Heard listen(Process shim) {
        CompletableFuture<Heard> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            readLine(shim);
            end.complete(Heard.END);
        });
        try {
            return end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stuck) {
            return Heard.NOTHING;
        } catch (InterruptedException interrupted) {
            return Heard.INTERRUPTED;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Process fork(InstanceDirectory directory) throws IOException {
        // The id plays no part; it is there for whoever looks at the process list.
        ProcessBuilder builder = new ProcessBuilder(
                tools.setsid().toString(), tools.sh().toString(), tools.shim().toString(), "run", directory.name());
        builder.directory(directory.path().toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.path());
        builder.redirectInput(new File("/dev/null"));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(directory.log().toFile()));
        return builder.start();
    }

    /** The line's content is in the claim too; here only its coming counts. */
    private static void readLine(Process shim) {
        try (InputStream pipe = shim.getInputStream()) {
            int read;
            do {
                read = pipe.read();
            } while (read >= 0 && read != '\n');
        } catch (IOException closed) {
            // The same as the end.
        }
    }

    private static String lastWords(InstanceDirectory directory) throws IOException {
        StringBuilder words = new StringBuilder();
        new LogFile(directory.log(), LogPolicy.DEFAULT).tail(3, line -> {
            words.append(words.isEmpty() ? ": " : "; ").append(line);
            return true;
        });
        return words.toString();
    }
}
