package io.homeostat.bench;

import io.homeostat.model.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** What many open consoles cost the agent while much happens: each listens, and fetches its page anew as the script would. */
public final class OpenConsoles {

    private static final int CONSOLES = 200;
    private static final int EVENTS_PER_SECOND = 100;
    private static final int SECONDS = 30;

    private OpenConsoles() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("homeostat-consoles-");
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(
                source.resolve("settings.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {greeting: hello}\n");
        try (RunningAgent agent = RunningAgent.start(source, directory.resolve("state"))) {
            agent.await(status -> RunningAgent.allSynced(status, 1));
            String application = ((Node.Mapping)
                            agent.get("/api/v1/status").sequence("applications").getFirst())
                    .text("name", "");
            report("events alone", agent, application, 0);
            report(CONSOLES + " consoles", agent, application, CONSOLES);
        }
    }

    private static void report(String name, RunningAgent agent, String application, int consoles)
            throws IOException, InterruptedException {
        ConcurrentLinkedQueue<Double> pages = new ConcurrentLinkedQueue<>();
        AtomicLong failures = new AtomicLong();
        String cookie = consoles == 0 ? "" : login(agent);
        List<Thread> open = new ArrayList<>();
        for (int i = 0; i < consoles; i++) {
            open.add(Thread.startVirtualThread(() -> watch(agent, cookie, pages, failures)));
        }
        // They all open at the same moment, which is a time of its own.
        Thread.sleep(5000);
        String opened = quantile(pages, 1);
        int openedPages = pages.size();
        pages.clear();
        long cpu = agent.cpuTicks();
        long start = System.nanoTime();
        long written = 0;
        while (System.nanoTime() - start < SECONDS * 1_000_000_000L) {
            boolean even = written % 2 == 0;
            agent.post(
                    even ? "/api/v1/freeze" : "/api/v1/unfreeze",
                    "{\"application\": \"" + application
                            + "\", \"owner\": \"bench\", \"reason\": \"load\", \"for\": \"1h\"}");
            written++;
            LockSupport.parkNanos(start + written * 1_000_000_000L / EVENTS_PER_SECOND - System.nanoTime());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        // The kernel counts in hundredths of a second.
        double busy = (agent.cpuTicks() - cpu) / 100.0 / seconds;
        open.forEach(Thread::interrupt);
        System.out.printf(
                "%-14s %5.0f events/s  agent %3.0f %% of one core, %4.0f MiB  pages %5.1f/s of %d: p50 %s p99 %s max %s "
                        + " opened at once (%d pages): max %s  failures %d%n",
                name,
                written / seconds,
                busy * 100,
                agent.residentMib(),
                pages.size() / seconds,
                pages.size(),
                quantile(pages, 0.5),
                quantile(pages, 0.99),
                quantile(pages, 1),
                openedPages,
                opened,
                failures.get());
    }

    private static String quantile(ConcurrentLinkedQueue<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? "–" : Math.round(sorted.get((int) Math.floor(share * (sorted.size() - 1)))) + " ms";
    }

    private static String login(RunningAgent agent) throws IOException {
        String path = agent.post("/api/v1/console", "{}").text("path", "");
        HttpURLConnection connection = open(agent, path, "");
        connection.setInstanceFollowRedirects(false);
        return connection.getHeaderField("Set-Cookie").split(";", 2)[0];
    }

    private static HttpURLConnection open(RunningAgent agent, String path, String cookie) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(agent.url() + path).toURL().openConnection();
        connection.setRequestProperty("Cookie", cookie);
        return connection;
    }

    private static void watch(
            RunningAgent agent, String cookie, ConcurrentLinkedQueue<Double> pages, AtomicLong failures) {
        try {
            HttpURLConnection stream = open(agent, "/live", cookie);
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                while (line != null && !Thread.currentThread().isInterrupted()) {
                    if (line.startsWith("event: ")) {
                        long asked = System.nanoTime();
                        HttpURLConnection page = open(agent, "/", cookie);
                        page.setRequestProperty("X-Refresh", "true");
                        try (InputStream in = page.getInputStream()) {
                            in.readAllBytes();
                        }
                        pages.add((System.nanoTime() - asked) / 1e6);
                    }
                    line = lines.readLine();
                }
            } finally {
                stream.disconnect();
            }
        } catch (IOException failed) {
            if (!Thread.currentThread().isInterrupted()) {
                failures.incrementAndGet();
            }
        }
    }
}
