package io.homeostat.chaos.extension;

import io.homeostat.chaos.extension.Wire.Verb;
import io.homeostat.model.Node;
import io.homeostat.model.chaos.Extension;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks that an extension really undoes what it does: step by step, twice, without a start, when nobody renews it, and when the
 * process that holds it is killed. Everything is done for real.
 */
public final class TestKit {

    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);
    private static final long LOOK_NANOS = 50_000_000;

    /** @param wrong what was wrong; null when it passed */
    public record Result(String check, @Nullable String wrong) {}

    private final Extension extension;
    private final Map<String, String> parameters;
    private final @Nullable String look;
    private final Path directory;
    private final Consumer<Result> told;
    private final List<Result> results = new ArrayList<>();
    private String before = "";

    private TestKit(
            Extension extension,
            Map<String, String> parameters,
            @Nullable String look,
            Path directory,
            Consumer<Result> told) {
        this.extension = extension;
        this.parameters = parameters;
        this.look = look;
        this.directory = directory;
        this.told = told;
    }

    /**
     * @param look a command of the shell whose output and exit status are other ones while the fault is there, and the same before
     *     and after; null: only the extension itself is asked
     * @param directory an empty one
     * @param told each result as it comes
     */
    public static List<Result> check(
            Extension extension,
            Map<String, String> parameters,
            @Nullable String look,
            Path directory,
            Consumer<Result> told)
            throws IOException, InterruptedException {
        TestKit kit = new TestKit(extension, parameters, look, directory.toAbsolutePath(), told);
        List<String> wrong = extension.wrong(parameters);
        if (wrong.isEmpty()) {
            kit.all();
        } else {
            kit.result("the parameters fit", String.join("; ", wrong));
        }
        return List.copyOf(kit.results);
    }

    private void all() throws IOException, InterruptedException {
        before = looked();
        FaultDirectory place = FaultDirectory.create(directory.resolve("steps"));
        Wire wire;
        try {
            wire = Wire.of(extension.how(), place.path());
        } catch (IOException missing) {
            result("it can be reached", missing.getMessage());
            return;
        }
        Node[] state = {Node.Mapping.EMPTY};
        boolean prepared = step("prepare answers and does nothing", () -> {
            state[0] = state(ask(wire, Verb.PREPARE, state[0]), state[0]);
            return gone(wire, state[0]);
        });
        boolean stops = prepared
                && step("stop without a start is no mistake", () -> {
                    ask(wire, Verb.STOP, state[0]);
                    return gone(wire, state[0]);
                });
        if (!stops) {
            return;
        }
        step("start does it, and it is seen", () -> {
            Node.Mapping started = ask(wire, Verb.START, state[0]);
            state[0] = state(started, state[0]);
            return there(wire, started, state[0]);
        });
        boolean undone = step("stop undoes it", () -> {
            ask(wire, Verb.STOP, state[0]);
            return gone(wire, state[0]);
        });
        step("stop may come twice", () -> {
            ask(wire, Verb.STOP, state[0]);
            return gone(wire, state[0]);
        });
        if (undone) {
            step("it is undone when nobody renews it", () -> leaseEnds(false));
            step("it is undone when the process that holds it is killed", () -> leaseEnds(true));
        }
    }

    /** @param kill the holder, which another one has to follow */
    private @Nullable String leaseEnds(boolean kill) throws IOException, InterruptedException {
        Order order = Order.of(
                extension, "check", kill ? "killed" : "left", parameters, "", List.of(), Duration.ofMinutes(1));
        FaultDirectory at = ExtensionFaults.prepare(
                directory.resolve(kill ? "killed" : "left"), order, kill ? Duration.ofMinutes(1) : Duration.ofDays(1));
        Process holder = ExtensionFaults.startHolder(at);
        Duration patience = extension.within().multipliedBy(3).plusSeconds(20);
        if (!waited(patience, () -> at.isOver() || !seen(at).isEmpty() || "failed".equals(phase(at)))
                || seen(at).isEmpty()) {
            at.undo();
            waited(patience, at::isOver);
            return "it never was seen: " + error(at);
        }
        if (kill) {
            holder.destroyForcibly().waitFor();
            at.undo();
            ExtensionFaults.startHolder(at);
        } else {
            at.renew(HEARTBEAT);
        }
        if (!waited(patience, at::isOver)) {
            return "it was not undone within " + patience.toSeconds() + " s: " + error(at);
        }
        return same();
    }

    private static String phase(FaultDirectory at) throws IOException {
        Node.Mapping report = at.read("report.json");
        return report == null ? "" : report.text("phase", "");
    }

    private static String seen(FaultDirectory at) throws IOException {
        Node.Mapping report = at.read("report.json");
        return report == null ? "" : report.text("seen", "");
    }

    private static String error(FaultDirectory at) throws IOException {
        Node.Mapping report = at.read("report.json");
        return report == null ? "nothing was heard of it" : report.text("error", "");
    }

    /** Something that can be wrong. */
    private interface Step {
        /** @return what is wrong; null when nothing is */
        @Nullable
        String run() throws IOException, InterruptedException;
    }

    /** Something that comes to be true. */
    private interface Condition {
        boolean holds() throws IOException;
    }

    private boolean step(String name, Step step) throws InterruptedException {
        String wrong;
        try {
            wrong = step.run();
        } catch (IOException failed) {
            wrong = String.valueOf(failed.getMessage());
        }
        result(name, wrong);
        return wrong == null;
    }

    private void result(String name, @Nullable String wrong) {
        Result result = new Result(name, wrong);
        results.add(result);
        told.accept(result);
    }

    private @Nullable String gone(Wire wire, Node state) throws IOException, InterruptedException {
        Node.Mapping status = ask(wire, Verb.STATUS, state);
        return status.flag("observed", false)
                ? "its own status says that it is there: " + status.text("seen", "")
                : same();
    }

    private @Nullable String same() throws IOException, InterruptedException {
        String now = looked();
        return now.equals(before) ? null : "the look says '" + now + "', and said '" + before + "' before";
    }

    private @Nullable String there(Wire wire, Node.Mapping started, Node state)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SEEN_WITHIN.toNanos();
        boolean observed = started.flag("observed", false);
        while (!observed && System.nanoTime() < deadline) {
            observed = ask(wire, Verb.STATUS, state).flag("observed", false);
            if (!observed) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        if (!observed) {
            return "neither start nor status said `observed` within " + SEEN_WITHIN.toSeconds() + " s";
        }
        return look != null && looked().equals(before) ? "it says that it is there, and the look sees nothing" : null;
    }

    private static boolean waited(Duration patience, Condition condition) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    private static Node state(Node.Mapping answer, Node known) {
        return Objects.requireNonNullElse(answer.get("state"), known);
    }

    private Node.Mapping ask(Wire wire, Verb verb, Node state) throws IOException, InterruptedException {
        Node.Mapping request = Order.of(extension, "check", "steps", parameters, "", List.of(), Duration.ZERO)
                .request()
                .with("verb", verb.word())
                .with("state", state);
        FutureTask<Node.Mapping> asked = new FutureTask<>(() -> wire.call(verb, request));
        Thread asking = Thread.ofVirtual().start(asked);
        try {
            return asked.get(extension.within().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            asked.cancel(true);
            asking.join(HEARTBEAT);
            throw new IOException(
                    verb.word() + " did not answer within " + extension.within().toMillis() + " ms", late);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw new IOException(cause == null ? failed.toString() : String.valueOf(cause.getMessage()), failed);
        }
    }

    /** The same text for the same world. */
    private String looked() throws IOException, InterruptedException {
        if (look == null) {
            return "";
        }
        Process process = new ProcessBuilder("sh", "-c", look)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return process.waitFor() + (said.isEmpty() ? "" : " " + said);
    }
}
