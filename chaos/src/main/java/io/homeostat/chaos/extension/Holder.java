package io.homeostat.chaos.extension;

import io.homeostat.chaos.extension.Wire.Verb;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The process that holds one fault of an extension, and undoes it: when nobody renews it, when its time is up, when it is told to.
 * Started on a directory whose holder was killed, it undoes what that one may have done.
 */
public final class Holder {

    private static final long LOOK_MILLIS = 50;
    private static final long STATUS_MILLIS = 250;
    private static final long AGAIN_MILLIS = 500;
    private static final long AGAIN_AT_MOST_MILLIS = 30_000;

    /** What does not let itself be undone for so long is left to the next agent. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final FaultDirectory directory;
    private final Order order;
    private final Wire wire;
    private Node state = Node.Mapping.EMPTY;
    private volatile String seen = "";

    private Holder(FaultDirectory directory, Order order, Wire wire) {
        this.directory = directory;
        this.order = order;
        this.wire = wire;
    }

    /** @param arguments the directory */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        FaultDirectory directory = new FaultDirectory(Path.of(arguments[0]));
        Node.Mapping ordered = directory.read("order.json");
        try (FileLock _ = directory.lock()) {
            if (ordered != null && !directory.isOver()) {
                Order order = Order.of(ordered);
                try {
                    new Holder(directory, order, Wire.of(order.how(), directory.path())).hold();
                } catch (IOException failed) {
                    report(directory, "failed", "", String.valueOf(failed.getMessage()));
                    if (directory.read("state.json") == null) {
                        directory.over();
                    }
                }
            }
        }
        // Whoever still answers a question that nobody waits for any more ends with it.
        Runtime.getRuntime().halt(0);
    }

    private void hold() throws IOException, InterruptedException {
        Node.Mapping left = directory.read("state.json");
        if (left != null) {
            state = left.mapping("state");
            Leftovers.end(directory.path());
            undo();
            return;
        }
        if (directory.isDue()) {
            directory.over();
            return;
        }
        take(ask(Verb.PREPARE, true));
        directory.write("state.json", Node.Mapping.EMPTY.with("state", state));
        try {
            Node.Mapping started = ask(Verb.START, true);
            take(started);
            directory.write("state.json", Node.Mapping.EMPTY.with("state", state));
            see(started);
            watch(FaultDirectory.now() + order.lasts().toMillis() / 10);
        } catch (IOException failed) {
            report(directory, "failed", seen, String.valueOf(failed.getMessage()));
        }
        undo();
    }

    private void take(Node.Mapping answer) {
        Node next = answer.get("state");
        state = next == null ? state : next;
    }

    /** Until nobody wants it, or its time is up. Looking at it never keeps it from being undone. */
    private void watch(long until) throws IOException, InterruptedException {
        Thread looking = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    try {
                        see(wire.call(Verb.STATUS, request(Verb.STATUS)));
                    } catch (IOException unknown) {
                        // What nobody can tell was not seen; the run then shows nothing.
                        report(directory, "holding", seen, String.valueOf(unknown.getMessage()));
                    }
                    Thread.sleep(STATUS_MILLIS);
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            } catch (IOException diskIsFull) {
                throw new IllegalStateException(diskIsFull);
            }
        });
        while (!directory.isDue() && FaultDirectory.now() < until) {
            Thread.sleep(LOOK_MILLIS);
        }
        looking.interrupt();
        looking.join(order.within());
    }

    private void see(Node.Mapping answer) throws IOException {
        if (answer.flag("observed", false)) {
            seen = answer.text("seen", "it is there, says the extension");
        }
        report(directory, "holding", seen, "");
    }

    /** Again and again until it says that it is undone, and no longer sees it. */
    private void undo() throws IOException, InterruptedException {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        long wait = AGAIN_MILLIS;
        while (true) {
            try {
                ask(Verb.STOP, false);
                Node.Mapping after = ask(Verb.STATUS, false);
                if (!after.flag("observed", false)) {
                    Node.Mapping told = directory.read("report.json");
                    String error = told == null ? "" : told.text("error", "");
                    report(directory, error.isEmpty() ? "over" : "failed", seen, error);
                    directory.over();
                    return;
                }
                throw new IOException("it was stopped and is still there: " + after.text("seen", ""));
            } catch (IOException failed) {
                report(directory, "stuck", seen, String.valueOf(failed.getMessage()));
                if (System.nanoTime() > patience) {
                    return;
                }
                Thread.sleep(wait);
                wait = Math.min(AGAIN_AT_MOST_MILLIS, wait * 2);
            }
        }
    }

    /** @param whileWanted gives up as soon as nobody wants it any more */
    private Node.Mapping ask(Verb verb, boolean whileWanted) throws IOException, InterruptedException {
        FutureTask<Node.Mapping> asked = new FutureTask<>(() -> wire.call(verb, request(verb)));
        Thread asking = Thread.ofVirtual().start(asked);
        long deadline = System.nanoTime() + order.within().toNanos();
        try {
            while (true) {
                Node.Mapping answer = answer(asked);
                if (answer != null) {
                    return answer;
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException(verb.word() + " did not answer within "
                            + order.within().toMillis() + " ms");
                }
                if (whileWanted && directory.isDue()) {
                    throw new IOException(verb.word() + " was still under way when nobody wanted it any more");
                }
            }
        } finally {
            if (!asked.isDone()) {
                asked.cancel(true);
                // What it had started is ended before anything is undone.
                asking.join(Duration.ofSeconds(1));
            }
        }
    }

    private static Node.@Nullable Mapping answer(FutureTask<Node.Mapping> asked)
            throws IOException, InterruptedException {
        try {
            return asked.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            return null;
        } catch (ExecutionException | CancellationException failed) {
            Throwable cause = failed.getCause();
            throw new IOException(cause == null ? failed.toString() : String.valueOf(cause.getMessage()), failed);
        }
    }

    private Node.Mapping request(Verb verb) {
        return order.request().with("verb", verb.word()).with("state", state);
    }

    private static void report(FaultDirectory directory, String phase, String seen, String error) throws IOException {
        synchronized (Holder.class) {
            directory.write(
                    "report.json",
                    Node.Mapping.EMPTY.with("phase", phase).with("seen", seen).with("error", error));
        }
    }
}
