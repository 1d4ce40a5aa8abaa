package io.homeostat.target.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.homeostat.converge.Digests;
import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.converge.Step;
import io.homeostat.converge.Target;
import io.homeostat.gate.control.GateLauncher;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.journal.Journal;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.SyncPolicy;
import io.homeostat.target.local.image.Images;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A state directory with a real target, journal and gate on it, and a repository to deploy from. */
final class Lab {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Answers every request with the text of $SAY and ends gracefully. */
    static final String SERVER = """
        use IO::Socket::INET;
        my $s = IO::Socket::INET->new(LocalAddr => $ENV{HOST}, LocalPort => $ENV{PORT}, Listen => 128, ReuseAddr => 1)
            or die "cannot listen on $ENV{PORT}: $!";
        my ($busy, $end) = (0, 0);
        $SIG{TERM} = sub { $busy ? ($end = 1) : exit 0 };
        $| = 1;
        print "listening on $ENV{PORT}\\n";
        while (1) {
            my $c = $s->accept or next;
            $busy = 1;
            while (<$c>) { last if /^\\r?\\n$/ }
            my $b = $ENV{SAY};
            print $c "HTTP/1.1 200 OK\\r\\nContent-Length: " . length($b) . "\\r\\nConnection: close\\r\\n\\r\\n$b";
            close $c;
            $busy = 0;
            exit 0 if $end;
        }
        """;

    final Path state;
    final Path repository;
    final Map<String, Environment.ImageSource> images = new LinkedHashMap<>();
    private GateLauncher gate;
    private final UnaryOperator<Journal> wrap;
    private FileJournal journal;
    private LocalTarget target;
    private int revision = 1;

    Lab(Path directory) throws IOException {
        this(directory, journal -> journal);
    }

    /** @param wrap puts something around the journal, to act at its boundaries */
    Lab(Path directory, UnaryOperator<Journal> wrap) throws IOException {
        this.wrap = wrap;
        state = directory.resolve("state");
        repository = directory.resolve("repository");
        Files.createDirectories(repository);
        Files.createDirectories(state);
        Files.createDirectories(repository.resolve("images/server"));
        Path entrypoint = repository.resolve("images/server/entrypoint");
        Files.writeString(entrypoint, "#!/usr/bin/perl\n" + SERVER);
        assertThat(entrypoint.toFile().setExecutable(true)).isTrue();
        images.put("host", new Environment.ImageSource.Host());
        images.put("server", new Environment.ImageSource.Directory("images/server"));
        gate = gate(List.of());
        journal = FileJournal.open(state.resolve("journal"), InstantSource.system());
        target = openTarget();
    }

    private GateLauncher gate(List<String> moreFlags) {
        List<String> flags = new ArrayList<>(GateLauncher.DEFAULT_FLAGS);
        flags.addAll(moreFlags);
        return new GateLauncher(
                state.resolve("target/gate"),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                GateLauncher.thinClassPath(),
                flags);
    }

    /** As an agent of another version, which would start gates otherwise. */
    void restartAs(String version) throws IOException {
        gate = gate(List.of("-Dtest.version=" + version));
        restart();
    }

    private LocalTarget openTarget() throws IOException {
        return LocalTarget.open(
                state, InstantSource.system(), wrap.apply(journal), Images.open(state.resolve("target/images")), gate);
    }

    LocalTarget target() {
        return target;
    }

    FileJournal journal() {
        return journal;
    }

    /** As an agent that is killed and started again. */
    void restart() throws IOException {
        target.close();
        journal.close();
        journal = FileJournal.open(state.resolve("journal"), InstantSource.system());
        target = openTarget();
    }

    Environment environment() {
        return new Environment(
                "test",
                "local",
                List.of("."),
                images,
                SyncPolicy.DEFAULT,
                Environment.DEFAULT_INTERVAL,
                false,
                Position.NONE);
    }

    List<Document> documents(String yaml) {
        Documents.Parsed parsed = Documents.parse("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed.problems()).isEmpty();
        return parsed.documents();
    }

    /** Declares each document, checked and completed as the loop does it. */
    void apply(String yaml) throws IOException {
        for (Document document : documents(yaml)) {
            assertThat(target.check(document, environment())).isEmpty();
            target.apply(new Step.Create(declared(document), Step.Cause.CHANGE), new DirectorySnapshot(repository));
        }
    }

    Step.Declared declared(Document document) throws IOException {
        Document completed = target.complete(document, environment(), new DirectorySnapshot(repository));
        return new Step.Declared(
                completed, "shop", "revision-" + revision++, "test.yaml", Digests.of(completed.content()), 0);
    }

    void repair(String yaml) throws IOException {
        for (Document document : documents(yaml)) {
            Target.Live live = live(document.key());
            target.apply(
                    new Step.Repair(declared(document), live == null ? List.of() : live.drift()),
                    new DirectorySnapshot(repository));
        }
    }

    void delete(ObjectKey key) throws IOException {
        target.apply(new Step.Delete(key, "shop"), new DirectorySnapshot(repository));
    }

    Target.@Nullable Live live(ObjectKey key) {
        return target.observe().get(key);
    }

    Node.Mapping status(ObjectKey key) {
        Target.Live live = live(key);
        return live == null ? Node.Mapping.EMPTY : live.status();
    }

    Health health(ObjectKey key) {
        Target.Live live = live(key);
        return live == null ? new Health(Health.Status.UNKNOWN, "not there") : Kstatus.of(live);
    }

    void awaitHealthy(ObjectKey key) throws Exception {
        await(key + " is healthy", () -> health(key).status() == Health.Status.HEALTHY);
    }

    /** Polls until it holds; says how everything was when it never does. */
    void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                List<String> events = new ArrayList<>();
                journal.last(30, event -> true).forEach(event -> events.add(event.type() + ": " + event.message()));
                fail("never: " + what + "\n" + String.join("\n", events));
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    List<Event> events(String type) throws IOException {
        return journal.last(10_000, event -> event.type().equals(type));
    }

    /** Process ids by instance, from what the journal says was started. */
    Map<String, Long> pids() throws IOException {
        Map<String, Long> pids = new LinkedHashMap<>();
        for (Event event : events("instance.started")) {
            pids.put(event.data().text("instance", ""), (long) event.data().integer("pid", 0));
        }
        pids.values().removeIf(pid -> ProcessHandle.of(pid).isEmpty());
        return pids;
    }

    static ObjectKey deployment(String name) {
        return new ObjectKey("apps", "Deployment", "default", name);
    }

    static ObjectKey statefulSet(String name) {
        return new ObjectKey("apps", "StatefulSet", "default", name);
    }

    static ObjectKey service(String name) {
        return new ObjectKey("", "Service", "default", name);
    }

    static ObjectKey configMap(String name) {
        return new ObjectKey("", "ConfigMap", "default", name);
    }

    static ObjectKey job(String name) {
        return new ObjectKey("batch", "Job", "default", name);
    }

    GateLauncher gate() {
        return gate;
    }

    String address(String service) {
        return status(service(service)).text("address", "");
    }

    /** The body of an answer to one GET on a fresh connection. */
    static String get(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 5_000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            try (InputStream in = socket.getInputStream()) {
                String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                int body = answer.indexOf("\r\n\r\n");
                if (body < 0) {
                    throw new IOException("no whole answer: '" + answer + "'");
                }
                return answer.substring(body + 4);
            }
        }
    }

    void close() throws Exception {
        try {
            target.stopAll();
        } finally {
            target.close();
            journal.close();
        }
    }
}
