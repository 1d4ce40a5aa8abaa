package io.homeostat.target.kubernetes;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Health;
import io.homeostat.converge.History;
import io.homeostat.converge.Plan;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.source.Snapshots;
import io.homeostat.source.Source;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** The real loop on a real cluster: a directory of documents, and namespaces of its own. */
final class Lab implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path repository;
    final String namespace;
    final String own;
    private final Path directory;
    /** Runs ahead of the real one by as much as a test says. */
    volatile Duration ahead = Duration.ZERO;

    private final InstantSource clock = () -> Instant.now().plus(ahead);
    private int agents;
    /** As whom agents come; the administrator, unless a test says otherwise. */
    Path kubeconfig = Cluster.kubeconfig();

    private @Nullable FileJournal journal;
    private @Nullable Source source;
    private @Nullable KubernetesTarget target;
    private @Nullable Converger converger;

    Lab(Path directory, String about) throws IOException {
        this.directory = directory;
        this.repository = Files.createDirectories(directory.resolve("repository"));
        this.namespace = Cluster.namespace(about);
        this.own = Cluster.namespace(about + "-own");
    }

    /** @param yaml in which {@code NS} stands for the namespace */
    void write(String file, String yaml) throws IOException {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, yaml.replace("NS", namespace));
    }

    void remove(String file) throws IOException {
        Files.delete(repository.resolve(file));
    }

    /** An agent on a disk of its own, as after a move to another machine. */
    void startElsewhere() throws Exception {
        stop();
        agents++;
        start();
    }

    void start() throws Exception {
        Path state = Files.createDirectories(directory.resolve("state-" + agents));
        journal = FileJournal.open(state.resolve("journal"), clock);
        source = Sources.open(SourceSpec.of(repository.toString()), state.resolve("git"));
        target = KubernetesTarget.open(settings(), clock, () -> true);
        converger = new Converger(source, target, History.open(journal), null, List.of(), clock, new Random(7));
    }

    ClusterSettings settings() {
        return new ClusterSettings(kubeconfig, null, own, "test", 500, 16);
    }

    void stop() throws IOException {
        if (converger != null) {
            converger.close();
            converger = null;
        }
        if (target != null) {
            target.close();
            target = null;
        }
        if (source != null) {
            source.close();
            source = null;
        }
        if (journal != null) {
            journal.close();
            journal = null;
        }
    }

    Converger converger() {
        if (converger == null) {
            throw new IllegalStateException("no agent runs");
        }
        return converger;
    }

    KubernetesTarget target() {
        if (target == null) {
            throw new IllegalStateException("no agent runs");
        }
        return target;
    }

    /** Lets the agent see what was written, and waits until it is there and healthy. */
    void converge(String... applications) throws Exception {
        look();
        for (String application : applications) {
            await(application + " to be healthy with what is written", () -> isSettled(application));
        }
    }

    /** What would be done now. */
    Plan plan(String application) throws IOException {
        return Objects.requireNonNull(converger().insight(application).plan());
    }

    /** Lets the agent see what was written. */
    void look() throws Exception {
        String written = Snapshots.ofDirectory(repository).revision();
        converger().sync();
        await("the agent to see what is written", () -> {
            var head = converger().revisions().head();
            return head != null && head.snapshot().revision().equals(written);
        });
        converger().sync();
    }

    boolean isSettled(String application) {
        var head = converger().revisions().head();
        var rendered = head == null ? null : head.rendering().application(application);
        ApplicationState.Attempt attempt =
                converger().history().application(application).attempt();
        return rendered != null
                && attempt != null
                && attempt.digest().equals(rendered.digest())
                && attempt.phase() == ApplicationState.Attempt.Phase.SUCCEEDED
                && converger().health(application).status() == Health.Status.HEALTHY;
    }

    void await(String what, Callable<Boolean> condition) throws Exception {
        await(what, PATIENCE, condition);
    }

    void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited " + patience.toSeconds() + " s for " + what + "\n" + story());
            }
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
    }

    List<Event> events() throws IOException {
        List<Event> events = new ArrayList<>();
        if (journal != null) {
            journal.read(0, event -> events.add(event));
        }
        return events;
    }

    List<String> messages(String type) throws IOException {
        return events().stream()
                .filter(event -> event.type().equals(type))
                .map(Event::message)
                .toList();
    }

    String story() throws IOException {
        StringBuilder story = new StringBuilder();
        if (converger != null) {
            var head = converger.revisions().head();
            story.append(
                            head == null
                                    ? "no revision"
                                    : head.rendering().problems().toString())
                    .append('\n');
            for (String name : converger.names()) {
                story.append(name)
                        .append(": ")
                        .append(converger.health(name))
                        .append(' ')
                        .append(converger.waitsFor(name))
                        .append('\n');
            }
        }
        for (Event event : events()) {
            story.append(event.type()).append("  ").append(event.message()).append('\n');
        }
        return story + Cluster.scene(namespace);
    }

    String path(String collection, String name) {
        return (collection.contains("/") ? "/apis/" + collection.substring(0, collection.lastIndexOf('/')) : "/api/v1")
                + "/namespaces/" + namespace + "/" + collection.substring(collection.lastIndexOf('/') + 1) + "/" + name;
    }

    @Override
    public void close() throws IOException {
        stop();
        Cluster.drop(namespace);
        Cluster.drop(own);
    }
}
