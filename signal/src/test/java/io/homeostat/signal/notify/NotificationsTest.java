package io.homeostat.signal.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.converge.History;
import io.homeostat.journal.Entry;
import io.homeostat.journal.FileJournal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.SecretKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real journal, real HTTP. */
class NotificationsTest {

    private record Received(String signature, String body) {}

    @TempDir
    Path directory;

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private HttpServer server;
    private FileJournal journal;
    private History history;
    private String url = "";

    @BeforeEach
    void open() throws IOException {
        journal = FileJournal.open(directory.resolve("journal"), InstantSource.system());
        history = History.open(journal);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (failures.getAndDecrement() > 0) {
                    exchange.sendResponseHeaders(503, -1);
                    return;
                }
                String signature = exchange.getRequestHeaders().getFirst("X-Signature");
                received.add(new Received(signature == null ? "" : signature, body));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    @AfterEach
    void close() throws IOException {
        server.stop(0);
        journal.close();
    }

    @Test
    void aWebhookIsSignedAndTriedAgain() throws Exception {
        failures.set(2);
        try (Notifications _ = notifications(webhook(Duration.ofMinutes(5), 20))) {
            fire("burn-1h");
            await(() -> received.size() == 1);
        }
        Received one = received.getFirst();
        byte[] body = one.body().getBytes(StandardCharsets.UTF_8);
        assertThat(one.signature()).isEqualTo("sha256=" + Channels.signature(body, "key"));
        assertThat(((Node.Mapping) Json.read(one.body())).text("environment")).isEqualTo("test");
    }

    /** RFC 4231, test case 2. */
    @Test
    void theSignatureIsTheStandardOne() {
        assertThat(Channels.signature("what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII), "Jefe"))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    @Test
    void theSameIsToldOnceAndTooManyAreSummedUp() throws Exception {
        try (Notifications _ = notifications(webhook(Duration.ofMinutes(5), 2))) {
            fire("one");
            fire("one");
            fire("two");
            fire("three");
            fire("four");
            await(() -> received.size() == 2 && reached() == journal.head());
        }
        assertThat(received.getFirst().body()).contains("one");
        assertThat(received.getLast().body()).contains("two");
    }

    @Test
    void whatHappenedWhileNobodyToldIsToldAfterwards() throws Exception {
        try (Notifications _ = notifications(webhook(Duration.ofMinutes(5), 20))) {
            fire("one");
            await(() -> received.size() == 1 && reached() == journal.head());
        }
        fire("two");
        assertThat(received).hasSize(1);
        try (Notifications _ = notifications(webhook(Duration.ofMinutes(5), 20))) {
            await(() -> received.size() == 2);
        }
        assertThat(received.getLast().body()).contains("two");
    }

    @Test
    void whoeverIsToldInVainIsGivenUpAndThatIsWrittenDown() throws Exception {
        failures.set(1_000);
        try (Notifications _ = notifications(webhook(Duration.ofMinutes(5), 20))) {
            fire("one");
            await(() -> !journal.last(1, event -> event.type().equals("notification.failed"))
                    .isEmpty());
        }
        assertThat(journal.last(1, event -> event.type().equals("notification.failed"))
                        .getFirst()
                        .message())
                .contains("hook", "status 503, 8 times")
                .doesNotContain("http://");
    }

    @Test
    void slackTeamsAndStdoutGetTheirOwnForms() throws Exception {
        SecretKey secret = new SecretKey("chat", "url");
        try (Notifications _ = notifications(
                notifier("slack", new Notifier.Slack(secret)),
                notifier("teams", new Notifier.Teams(secret)),
                notifier("out", new Notifier.Stdout()))) {
            fire("burn-1h");
            await(() -> received.size() == 2 && printed.size() > 0);
        }
        assertThat(received).anySatisfy(each -> assertThat(each.body()).startsWith("{\"text\":\"🔥 *test* "));
        assertThat(received).anySatisfy(each -> {
            Node.Mapping card = (Node.Mapping) Json.read(each.body());
            assertThat(each.body()).contains("application/vnd.microsoft.card.adaptive", "AdaptiveCard", "FactSet");
            assertThat(card.text("type")).isEqualTo("message");
        });
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("\"type\":\"alert.firing\"")
                .endsWith("\n");
    }

    @Test
    void onlyThoseAreToldWhoAreMeant() throws Exception {
        Notifier pages = new Notifier(
                "pages", new Notifier.Stdout(), List.of("alert."), Set.of("page"), Duration.ZERO, 600, Position.NONE);
        try (Notifications _ = notifications(pages)) {
            history.record(alert("alert.pending", "pending", "page", List.of(), true));
            history.record(alert("alert.firing", "minor", "ticket", List.of(), true));
            history.record(alert("alert.firing", "others", "page", List.of("others"), true));
            history.record(alert("alert.resolved", "quiet", "page", List.of(), false));
            history.record(alert("alert.firing", "mine", "page", List.of("pages"), true));
            await(() -> printed.size() > 0);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .singleElement()
                .asString()
                .contains("mine");
    }

    private void fire(String name) {
        history.record(alert("alert.firing", name, "page", List.of(), true));
    }

    private static Entry alert(String type, String name, String severity, List<String> recipients, boolean tellEnd) {
        List<Node> names = new ArrayList<>();
        recipients.forEach(recipient -> names.add(Node.Text.of(recipient)));
        return new Entry(
                type,
                "shop",
                "",
                "checkout: " + name,
                Node.Mapping.EMPTY
                        .with("slo", "checkout")
                        .with("alert", "checkout/" + name)
                        .with("severity", severity)
                        .with("fired", Node.Bool.of(true))
                        .with("tellEnd", Node.Bool.of(tellEnd))
                        .with("recipients", new Node.Sequence(names, Position.NONE)));
    }

    private Notifier webhook(Duration repeatAfter, int perMinute) {
        return new Notifier(
                "hook",
                new Notifier.Webhook(url, null, new SecretKey("chat", "key")),
                List.of("alert."),
                Set.of(),
                repeatAfter,
                perMinute,
                Position.NONE);
    }

    private static Notifier notifier(String name, Notifier.Channel channel) {
        return new Notifier(name, channel, List.of("alert."), Set.of(), Duration.ZERO, 600, Position.NONE);
    }

    /** Once each has found its place in the journal. */
    private Notifications notifications(Notifier... notifiers) throws Exception {
        Notifications notifications = new Notifications(
                directory.resolve("told"),
                history,
                InstantSource.system(),
                new Notifications.Settings(
                        () -> List.of(notifiers),
                        key -> key.key().equals("key") ? "key" : url,
                        () -> "test",
                        new PrintStream(printed, true, StandardCharsets.UTF_8),
                        Duration.ofMillis(1)));
        for (Notifier notifier : notifiers) {
            await(() -> Files.exists(directory.resolve("told").resolve(notifier.name())));
        }
        return notifications;
    }

    private long reached() throws IOException {
        return Long.parseLong(Files.readString(directory.resolve("told/hook")).strip());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
