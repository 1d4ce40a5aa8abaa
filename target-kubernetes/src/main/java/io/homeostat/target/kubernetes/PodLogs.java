package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.LogOptions;
import io.homeostat.converge.Target.LogSink;
import io.homeostat.model.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Follows every container of a workload, those of pods that come later too, until the reader has enough. */
final class PodLogs {

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final int WAITING_LINES = 1000;

    interface Source {
        List<Node.Mapping> pods() throws IOException;
    }

    interface Reader {
        void read(String pod, String container, String options, LineSink into) throws IOException;
    }

    interface LineSink {
        boolean line(String line) throws IOException;
    }

    private record Line(String title, String text) {}

    private final Source source;
    private final Reader reader;
    private final LogSink sink;
    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(WAITING_LINES);
    private final Map<String, Thread> readers = new HashMap<>();

    PodLogs(Source source, Reader reader, LogSink sink) {
        this.source = source;
        this.reader = reader;
        this.sink = sink;
    }

    static String options(LogOptions options) {
        return (options.tail() >= 0 ? "&tailLines=" + options.tail() : "")
                + (options.previous() ? "&previous=true" : "")
                + (options.follow() ? "&follow=true" : "");
    }

    /** {@code web-7d9f-x2x} or, where it has several containers, {@code web-7d9f-x2x/proxy}. */
    static String title(String pod, String container, Node.Mapping object) {
        return object.mapping("spec").sequence("containers").size() > 1 ? pod + "/" + container : pod;
    }

    void follow(LogOptions options) throws IOException {
        try {
            String first = options(options);
            String later = options(new LogOptions(-1, true, false));
            start(first);
            long next = System.nanoTime() + LOOK_AGAIN.toNanos();
            while (true) {
                Line line = lines.poll(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (line == null) {
                    // Whoever reads may have gone away without a word.
                    start(later);
                    next = System.nanoTime() + LOOK_AGAIN.toNanos();
                } else if (!sink.line(line.title(), line.text())) {
                    return;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            readers.values().forEach(Thread::interrupt);
        }
    }

    private void start(String options) throws IOException {
        for (Node.Mapping pod : source.pods()) {
            String name = pod.mapping("metadata").text("name", "");
            for (Node each : pod.mapping("status").sequence("containerStatuses")) {
                if (each instanceof Node.Mapping status
                        && status.mapping("state").get("waiting") == null) {
                    String container = status.text("name", "");
                    // A container that starts again has another identity, and another log.
                    String run = name + "/" + container + "/" + status.text("containerID", "");
                    if (!readers.containsKey(run)) {
                        readers.put(run, start(name, container, title(name, container, pod), options));
                    }
                }
            }
        }
    }

    private Thread start(String pod, String container, String title, String options) {
        return Thread.ofVirtual().name("log-" + pod).start(() -> {
            @Nullable IOException ended = null;
            try {
                reader.read(pod, container, options, line -> {
                    try {
                        lines.put(new Line(title, line));
                        return true;
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                        return false;
                    }
                });
            } catch (IOException gone) {
                ended = gone;
            }
            if (ended != null && !Thread.currentThread().isInterrupted()) {
                var _ = lines.offer(new Line(title, "(its log ended: " + ended.getMessage() + ")"));
            }
        });
    }
}
