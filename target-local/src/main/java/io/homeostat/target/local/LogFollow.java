package io.homeostat.target.local;

import io.homeostat.converge.Target.LogOptions;
import io.homeostat.converge.Target.LogSink;
import io.homeostat.target.local.process.LogReader;
import io.homeostat.target.local.process.Processes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Reads the logs of several runs: one after the other, or all at once while following. Runs that begin meanwhile are joined.
 */
final class LogFollow {

    private static final int WAITING_LINES = 1_000;
    private static final String LOOK_AGAIN = "";

    /** What nobody tells of is seen so soon. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** A container's run and how its instance is called. */
    record Stream(String instance, String runId) {}

    /** Which runs there are now. */
    interface Streams {
        List<Stream> now() throws IOException;
    }

    private record Line(String instance, String text) {}

    private final Processes processes;
    private final LogOptions options;
    private final LogSink sink;

    LogFollow(Processes processes, LogOptions options, LogSink sink) {
        this.processes = processes;
        this.options = options;
        this.sink = sink;
    }

    void tail(List<Stream> streams) throws IOException {
        for (Stream stream : streams) {
            boolean[] more = {true};
            processes.logs(stream.runId()).tail(options.tail(), line -> more[0] = sink.line(stream.instance(), line));
            if (!more[0]) {
                return;
            }
        }
    }

    /** Until the sink has enough or this thread is interrupted. */
    void follow(Streams streams) throws IOException {
        BlockingQueue<Line> lines = new LinkedBlockingQueue<>(WAITING_LINES);
        Set<String> joined = new HashSet<>();
        Set<Thread> readers = new HashSet<>();
        boolean first = true;
        Processes.Subscription changes = processes.listen(instance -> {
            var _ = lines.offer(new Line(LOOK_AGAIN, LOOK_AGAIN));
        });
        try {
            while (true) {
                for (Stream stream : streams.now()) {
                    LogReader log = processes.logs(stream.runId());
                    // A run is decided on before it has a log; it is joined as soon as it has.
                    if (!log.equals(LogReader.NOTHING) && joined.add(stream.runId())) {
                        int tail = first ? options.tail() : -1;
                        readers.add(Thread.ofVirtual()
                                .name("log-" + stream.runId())
                                .start(() -> read(stream.instance(), log, tail, lines)));
                    }
                }
                first = false;
                long until = System.nanoTime() + LOOK.toNanos();
                for (long left = LOOK.toNanos(); left > 0; left = until - System.nanoTime()) {
                    Line line = lines.poll(left, TimeUnit.NANOSECONDS);
                    if (line == null || line.instance().equals(LOOK_AGAIN)) {
                        break;
                    }
                    if (!sink.line(line.instance(), line.text())) {
                        return;
                    }
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while following logs");
        } finally {
            changes.close();
            readers.forEach(Thread::interrupt);
        }
    }

    private static void read(String instance, LogReader log, int tail, BlockingQueue<Line> lines) {
        try {
            log.follow(tail, line -> {
                try {
                    lines.put(new Line(instance, line));
                    return true;
                } catch (InterruptedException end) {
                    return false;
                }
            });
        } catch (IOException unreadable) {
            var _ = lines.offer(new Line(instance, "(its log cannot be read: " + unreadable.getMessage() + ")"));
        }
    }
}
