package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A web service of real processes behind a real gate, and users who call it all the time. */
final class Shop implements AutoCloseable {

    /**
     * Answers with $MARK; fails so many of a hundred requests, or answers so many milliseconds later and up to so many more, or
     * never gets ready, or takes three seconds to begin again once $AGAIN exists, which it makes.
     */
    private static final String SERVER = """
        use IO::Socket::INET;
        use IO::Select;
        my $fail = ($ENV{FAIL} || 0) / 100;
        my $slow = ($ENV{SLOW} || 0) / 1000;
        my $jitter = ($ENV{JITTER} || 0) / 1000;
        die "no database\\n" if ($ENV{DATABASE} || "up") eq "down";
        sleep 1000000 if $ENV{DEAF};
        if ($ENV{AGAIN}) { if (-e $ENV{AGAIN}) { sleep 3 } else { open(my $made, ">", $ENV{AGAIN}) } }
        my $s = IO::Socket::INET->new(LocalAddr => $ENV{HOST}, LocalPort => $ENV{PORT}, Listen => 128, ReuseAddr => 1)
            or die "cannot listen on $ENV{PORT}: $!";
        my $all = IO::Select->new($s);
        $SIG{PIPE} = 'IGNORE';
        my $calls = 0;
        while (my @ready = $all->can_read) {
            for my $c (@ready) {
                if ($c == $s) { $all->add($s->accept); next; }
                my $n = sysread($c, my $request, 65536);
                if (!$n) { $all->remove($c); close $c; next; }
                die "out of luck\\n" if $ENV{DIES} && ++$calls > $ENV{DIES};
                select(undef, undef, undef, $slow + $jitter * rand()) if $slow + $jitter;
                my $status = rand() < $fail ? "500 Oops" : "200 OK";
                syswrite($c, "HTTP/1.1 $status\\r\\nContent-Length: " . length($ENV{MARK}) . "\\r\\n\\r\\n$ENV{MARK}");
            }
        }
        """;

    final Stage stage;
    private final List<Thread> users = new ArrayList<>();
    private volatile boolean over;
    private volatile @Nullable InetSocketAddress known;
    final AtomicLong requests = new AtomicLong();
    final Map<String, Long> failures = new ConcurrentHashMap<>();

    /** By the body of the answer, which says the version. */
    final Map<String, Long> answers = new ConcurrentHashMap<>();

    /** When each version answered last. */
    final Map<String, Instant> lastAnswers = new ConcurrentHashMap<>();

    Shop(Path directory) throws Exception {
        stage = new Stage(directory);
        stage.write("environments/test/environment.yaml", """
            apiVersion: homeostat.io/v1
            kind: Environment
            metadata: {name: test}
            spec:
              target: {local: {}}
              include: [apps]
              images: {web: "dir:images/web"}
            """);
        stage.write("images/web/entrypoint", "#!/usr/bin/perl\n" + SERVER);
        if (!stage.repository.resolve("images/web/entrypoint").toFile().setExecutable(true)) {
            throw new IOException("the program cannot be made executable");
        }
        stage.write("apps/shop/service.yaml", """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}
            """);
    }

    void web(String version, int replicas, Map<String, String> variables) throws IOException {
        StringBuilder environment = new StringBuilder("{name: MARK, value: \"" + version + "\"}");
        new TreeMap<>(variables)
                .forEach((name, value) -> environment.append(", {name: " + name + ", value: \"" + value + "\"}"));
        stage.write("apps/shop/web.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: %d
              progressDeadlineSeconds: 4
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: web
                      image: web
                      ports: [{containerPort: 8080}]
                      env: [%s]
                      envFrom: [{configMapRef: {name: settings, optional: true}}]
                      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
            """.formatted(replicas, environment));
    }

    void rollout(String strategy) throws IOException {
        stage.write("reliability/rollouts/web.yaml", """
            apiVersion: homeostat.io/v1
            kind: Rollout
            metadata: {name: web}
            spec:
              workload: {name: web}
              %s
            """.formatted(strategy));
    }

    /** The first version, running and answering. */
    String begin() throws Exception {
        String revision = stage.commit("first");
        stage.startAgent();
        stage.awaitSynced("shop", revision);
        return revision;
    }

    private InetSocketAddress address() throws IOException {
        for (Node each : Stage.application(stage.get("/api/v1/status"), "shop").sequence("services")) {
            String[] address = ((Node.Mapping) each).text("address", "").split(":");
            return new InetSocketAddress(address[0], Integer.parseInt(address[1]));
        }
        throw new IOException("there is no Service");
    }

    /** Lets users in who call so often a second, all together, over connections that they keep. */
    void open(int perSecond) throws IOException {
        InetSocketAddress address = address();
        int count = Math.max(1, perSecond / 20);
        for (int i = 0; i < count; i++) {
            long every = 1_000_000_000L * count / perSecond;
            users.add(Thread.ofVirtual().start(() -> call(address, every)));
        }
    }

    private void call(InetSocketAddress address, long every) {
        long next = System.nanoTime() + (long) (Math.random() * (double) every);
        while (!over) {
            try (Socket socket = new Socket()) {
                socket.connect(address, 5_000);
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(10_000);
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                while (!over) {
                    long wait = next - System.nanoTime();
                    if (wait > 0) {
                        LockSupport.parkNanos(wait);
                    }
                    next = Math.max(next + every, System.nanoTime() - every);
                    if (!request(socket, in)) {
                        break;
                    }
                }
            } catch (IOException broken) {
                failed(broken.toString());
            }
        }
    }

    /** Whether somebody who calls now is answered in time. Asks no agent: the address is that of the first time. */
    boolean answersWithin(Duration time) throws IOException {
        InetSocketAddress known = known();
        try (Socket socket = new Socket()) {
            socket.connect(known, (int) time.toMillis());
            socket.setSoTimeout((int) time.toMillis());
            request(
                    socket,
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)));
            return true;
        } catch (SocketTimeoutException late) {
            return false;
        }
    }

    private InetSocketAddress known() throws IOException {
        InetSocketAddress address = known;
        if (address == null) {
            address = address();
            known = address;
        }
        return address;
    }

    /** Makes a call, and waits until the gate has counted it. */
    void awaitCalled() throws IOException {
        answerTo("x-caller", "somebody");
        stage.await("the call to be counted", status -> {
            try {
                return stage.get("/api/v1/graph").sequence("edges").stream()
                        .anyMatch(edge -> ((Node.Mapping) edge).integer("requests", 0) > 0);
            } catch (IOException notNow) {
                return false;
            }
        });
    }

    /** One request of somebody who sends this header. */
    String answerTo(String header, String value) throws IOException {
        known();
        HttpURLConnection connection = (HttpURLConnection) URI.create(
                        "http://" + address().getHostString() + ":" + address().getPort() + "/")
                .toURL()
                .openConnection();
        connection.setRequestProperty(header, value);
        try (InputStream body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Whether the connection may be used again. */
    private boolean request(Socket socket, BufferedReader in) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String status = in.readLine();
        if (status == null) {
            throw new IOException("closed before the answer");
        }
        int length = 0;
        boolean again = true;
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
            again &= !line.equalsIgnoreCase("connection: close");
        }
        char[] body = new char[length];
        int read = 0;
        while (read < length) {
            int more = in.read(body, read, length - read);
            if (more < 0) {
                throw new IOException("closed in the middle of the answer");
            }
            read += more;
        }
        requests.incrementAndGet();
        answers.merge(new String(body), 1L, Long::sum);
        lastAnswers.put(new String(body), Instant.now());
        if (!status.contains(" 200 ")) {
            failed(new String(body) + ": " + status);
        }
        return again;
    }

    private void failed(String why) {
        failures.merge(why, 1L, Long::sum);
    }

    long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }

    /** By version, percent of the requests as the gate has written it down; empty while it divides nothing. */
    Map<String, Integer> weights() throws IOException {
        Path file = stage.state.resolve("target/gate/routing.json");
        Map<String, Integer> weights = new TreeMap<>();
        if (Files.exists(file)) {
            for (Node.Field service : ((Node.Mapping) Json.read(Files.readAllBytes(file)))
                    .fields()
                    .values()) {
                Node.Mapping divided = ((Node.Mapping) service.value()).mapping("weights");
                divided.fields().keySet().forEach(version -> weights.put(version, divided.integer(version, 0)));
            }
        }
        return weights;
    }

    Node.Mapping rollout() throws IOException {
        List<Node> all = stage.get("/api/v1/rollouts?name=web").sequence("rollouts");
        return all.isEmpty() ? Node.Mapping.EMPTY : (Node.Mapping) all.getFirst();
    }

    /** Waits for it; says how the rollout stands when it does not come. */
    void awaitPhase(String phase) throws IOException {
        stage.await("a rollout that is " + phase, status -> {
            try {
                return rollout().text("phase", "").equals(phase);
            } catch (IOException notNow) {
                return false;
            }
        });
    }

    /** Events of one kind, in order. */
    List<Node.Mapping> events(String type) throws IOException {
        return stage.events("after=0").stream()
                .filter(event -> event.text("type", "").equals(type))
                .toList();
    }

    /** How many events of one kind there were; −1 while the agent does not say. */
    int count(String type) {
        try {
            return events(type).size();
        } catch (IOException notNow) {
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        users.forEach(LockSupport::unpark);
        stage.close();
    }
}
