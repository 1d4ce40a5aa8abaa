package io.homeostat.agent;

import io.homeostat.agent.Precedence.Heard;
import io.homeostat.converge.ApplicationState.Hold;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Guard;
import io.homeostat.converge.Overlay;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Revisions;
import io.homeostat.converge.Step;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Succession;
import io.homeostat.model.Succession.Earlier;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds a change until the environments that come before this one have it. Their agents are asked beside the loop, which never
 * waits for them; as long as one does not answer, nothing new comes in, and what runs goes on. Safe for use by many threads.
 */
final class Forerunners implements Guard, AutoCloseable {

    private static final Duration ASK_EVERY = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = 5_000;
    private static final int LONGEST = 16 << 20;

    private final CompletableFuture<Converger> converger = new CompletableFuture<>();
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private @Nullable Thread thread;

    /** The loop is started a moment later than this. */
    void follow(Converger started) {
        converger.complete(started);
        thread = Thread.ofVirtual().name("forerunners").start(this::run);
    }

    @Override
    public String name() {
        return "earlier environments";
    }

    @Override
    public Answer ask(Plan plan, Step.Cause cause, Instant now) {
        boolean isNew = cause != Step.Cause.ROLLBACK && cause != Step.Cause.REPAIR && !Overlay.isOver(plan.revision());
        if (!isNew) {
            return new Answer.Yes();
        }
        Succession succession = succession();
        Hold hold = succession.after().isEmpty()
                ? null
                : converger.join().history().application(plan.application()).hold();
        boolean isLetThrough =
                hold != null && hold.confirmed() && hold.revision().equals(plan.revision());
        return isLetThrough
                ? new Answer.Yes()
                : Precedence.of(succession, plan.application(), plan.revision(), heard, now);
    }

    private Succession succession() {
        Revisions.Revision head = converger.join().revisions().head();
        return head == null ? Succession.NONE : head.rendering().environment().succession();
    }

    private void run() {
        try {
            while (true) {
                look();
                Thread.sleep(ASK_EVERY);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        boolean isNews = false;
        for (Earlier earlier : succession().after()) {
            Heard now = ask(earlier);
            isNews |= !now.equals(heard.put(earlier.name(), now));
        }
        if (isNews) {
            Converger loop = converger.join();
            loop.look(loop.names());
        }
    }

    private static Heard ask(Earlier earlier) {
        String url = earlier.agent() + "/api/v1/status";
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            if (earlier.tokenFile() != null) {
                String token = Files.readString(earlier.tokenFile()).strip();
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            int status = connection.getResponseCode();
            if (status != 200) {
                return Heard.nothing(url + " answers with " + status);
            }
            try (InputStream in = connection.getInputStream()) {
                return of(earlier, Json.read(in.readNBytes(LONGEST)));
            }
        } catch (IOException | IllegalArgumentException failed) {
            return Heard.nothing(url + " cannot be asked: " + failed);
        }
    }

    private static Heard of(Earlier earlier, Node answer) {
        Node.Mapping status = answer instanceof Node.Mapping mapping ? mapping : Node.Mapping.EMPTY;
        String environment = status.text("environment", "");
        return environment.equals(earlier.name())
                ? Heard.of(status)
                : Heard.nothing("at " + earlier.agent() + " is the agent of "
                        + (environment.isEmpty() ? "no environment yet" : "environment " + environment));
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
