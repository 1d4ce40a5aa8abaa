package io.homeostat.agent;

import io.homeostat.journal.Journal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Tells open consoles that something happened; what, they ask. Many events close together are one piece of news, and the more
 * consoles are open, the longer they are gathered, so that the agent's work does not grow with the product of the two.
 */
final class News implements AutoCloseable {

    private static final Duration BEAT = Duration.ofSeconds(5);
    /** The least; longer than what {@link Recent} tells again of before. */
    static final long GATHER_MILLIS = 150;

    private static final long GATHER_MILLIS_EACH = 3;
    private static final long LONGEST_GATHER_MILLIS = 800;

    /** More open consoles than this are told to come later. */
    private static final int MOST = 1000;

    private final Journal journal;
    private final Journal.Subscription following;
    private long head;
    private int readers;

    News(Journal journal) {
        this.journal = journal;
        this.head = journal.head();
        following = journal.follow(event -> happened(event.sequence()));
    }

    private synchronized void happened(long sequence) {
        head = Math.max(head, sequence);
        notifyAll();
    }

    /** Writes until whoever reads goes away. */
    void stream(Request request) throws IOException, Refusal, InterruptedException {
        enter();
        try (OutputStream out = request.stream(Route.EVENT_STREAM)) {
            long told = journal.head();
            send(out, "beat", told);
            while (true) {
                long now = await(told);
                if (now > told) {
                    Thread.sleep(gather());
                    now = journal.head();
                }
                send(out, now > told ? "change" : "beat", now);
                told = now;
            }
        } finally {
            leave();
        }
    }

    private static void send(OutputStream out, String event, long head) throws IOException {
        out.write(("event: " + event + "\ndata: " + head + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private synchronized long await(long told) throws InterruptedException {
        long end = System.nanoTime() + BEAT.toNanos();
        long left = BEAT.toMillis();
        while (head <= told && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return head;
    }

    /** Not the same for all, so that they do not all come at once to ask. */
    private synchronized long gather() {
        long more = Math.min(LONGEST_GATHER_MILLIS - GATHER_MILLIS, GATHER_MILLIS_EACH * readers);
        return GATHER_MILLIS + ThreadLocalRandom.current().nextLong(more / 2, more + 1);
    }

    private synchronized void enter() throws Refusal {
        if (readers >= MOST) {
            throw Refusal.tooMany(MOST + " consoles are open already");
        }
        readers++;
    }

    private synchronized void leave() {
        readers--;
    }

    @Override
    public void close() {
        following.close();
    }
}
