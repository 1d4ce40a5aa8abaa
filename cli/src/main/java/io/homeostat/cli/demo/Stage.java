package io.homeostat.cli.demo;

import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.show.Nodes;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Progress;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a scene has at hand. */
public final class Stage implements AutoCloseable {

    /** The application of the example. */
    public static final String SHOP = "shop";

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /** One look at the world. */
    public interface Look {
        Seen look() throws Exception;
    }

    private final Repository repository;
    private final AgentClient agent;
    private final Path state;
    private final Narrator narrator;
    private @Nullable Load load;

    Stage(Repository repository, AgentClient agent, Path state, Narrator narrator) {
        this.repository = repository;
        this.agent = agent;
        this.state = state;
        this.narrator = narrator;
    }

    public Repository repository() {
        return repository;
    }

    public AgentClient agent() {
        return agent;
    }

    /** The agent's state directory: below it lies what runs. */
    public Path state() {
        return state;
    }

    /** The customers, from the moment on when {@link #open} let them in. */
    public Load load() {
        return Objects.requireNonNull(load, "the first scene lets the load in");
    }

    /** Lets the customers in. */
    void open(URI uri) {
        load = Load.on(uri);
    }

    /** How text is coloured here. */
    public Paint paint() {
        return narrator.paint();
    }

    /** Something to know. */
    public void note(String text) {
        narrator.note(text);
    }

    /** Something that was done just now. */
    public void did(String what) {
        narrator.done(what);
    }

    /**
     * Looks again and again until what is expected is seen, and says how long that took.
     *
     * @param what is expected, for people: {@code two new instances answer}
     * @return what was seen
     * @throws Unexpected when it is not seen within that time
     */
    public String expect(String what, Duration within, Look look) throws Unexpected, Exception {
        long start = System.nanoTime();
        String last = "nothing";
        try (Progress progress = narrator.awaiting(what)) {
            while (true) {
                try {
                    Seen seen = look.look();
                    last = seen.text();
                    if (seen.expected()) {
                        break;
                    }
                } catch (IOException unanswered) {
                    last = unanswered.toString();
                }
                if (System.nanoTime() - start > within.toNanos()) {
                    throw new Unexpected("expected within " + within.toSeconds() + " s: " + what + "; seen: " + last);
                }
                progress.say(what);
                Thread.sleep(LOOK_EVERY);
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        narrator.happened(what, last, took);
        return last;
    }

    /** Looks once. @throws Unexpected when it is not so */
    public void check(boolean so, String what) throws Unexpected {
        if (!so) {
            throw new Unexpected("not so: " + what);
        }
        narrator.done(what);
    }

    /** Status of the shop, as {@code homeostat status -o json} tells it; empty when the agent does not know it yet. */
    public Node.Mapping shop() throws IOException {
        for (Node.Mapping application :
                Nodes.mappings(agent.get("/api/v1/status").sequence("applications"))) {
            if (application.text("name", "").equals(SHOP)) {
                return application;
            }
        }
        return Node.Mapping.EMPTY;
    }

    /** Whether the shop runs this commit and is healthy. */
    public Seen healthyAt(Repository.Commit commit) throws IOException {
        Node.Mapping shop = shop();
        Node.Mapping instances = shop.mapping("instances");
        String health = shop.mapping("health").text("status", "unknown");
        boolean healthy = shop.text("state", "").equals("synced")
                && health.equalsIgnoreCase("healthy")
                && shop.text("revision", "").equals(commit.id());
        String seen = instances.integer("ready", 0) + " of " + instances.integer("desired", 0) + " instances ready";
        return Seen.when(healthy, healthy ? seen : shop.text("state", "unknown") + ", " + health + ", " + seen);
    }

    /** Number of the newest event. */
    public long now() throws IOException {
        List<Node.Mapping> last = events("last", "1");
        return last.isEmpty() ? 0 : last.getLast().integer("sequence", 0);
    }

    /** The first event of a type after a number; null when there is none. */
    public Node.@Nullable Mapping event(long after, String type) throws IOException {
        List<Node.Mapping> found = events("after", Long.toString(after), "type", type);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Whether an event of a type happened after a number; its message. */
    public Seen happened(long after, String type) throws IOException {
        Node.Mapping event = event(after, type);
        return event == null ? Seen.notYet("no event " + type) : Seen.yes(event.text("message", ""));
    }

    private List<Node.Mapping> events(String... query) throws IOException {
        List<Node.Mapping> events = new ArrayList<>();
        agent.lines(
                "/api/v1/events",
                line -> {
                    if (Json.read(line) instanceof Node.Mapping event) {
                        events.add(event);
                    }
                    return true;
                },
                query);
        return events;
    }

    @Override
    public void close() {
        if (load != null) {
            load.close();
        }
    }
}
