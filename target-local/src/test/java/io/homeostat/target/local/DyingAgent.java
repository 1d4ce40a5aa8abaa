package io.homeostat.target.local;

import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An agent in a process of its own that applies a file of documents and is gone, as if killed, before or after it writes its n-th
 * event. It ends with 0 when there were fewer events before everything was healthy, else with 137.
 */
public final class DyingAgent {

    private DyingAgent() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        String yaml = Files.readString(Path.of(args[1]));
        int at = Integer.parseInt(args[2]);
        boolean after = args[3].equals("after");
        Lab lab = new Lab(directory, journal -> new Dying(journal, at, after, new AtomicInteger()));
        lab.apply(yaml);
        lab.awaitHealthy(Lab.deployment("web"));
        lab.await("old ones are gone", () -> lab.status(Lab.service("web")).integer("endpoints", 0) == 2);
        Runtime.getRuntime().halt(0);
    }

    private record Dying(Journal journal, int at, boolean after, AtomicInteger seen) implements Journal {

        @Override
        public Event append(Entry entry) throws IOException {
            boolean now = seen.incrementAndGet() == at;
            if (now && !after) {
                Runtime.getRuntime().halt(137);
            }
            Event event = journal.append(entry);
            if (now) {
                Runtime.getRuntime().halt(137);
            }
            return event;
        }

        @Override
        public Event appendDurably(Entry entry) throws IOException {
            return append(entry);
        }

        @Override
        public void force(long sequence) throws IOException {
            journal.force(sequence);
        }

        @Override
        public void read(long sequence, Predicate<Event> reader) throws IOException {
            journal.read(sequence, reader);
        }

        @Override
        public List<Event> last(int count, Predicate<Event> matches) throws IOException {
            return journal.last(count, matches);
        }

        @Override
        public Subscription follow(Consumer<Event> listener) {
            return journal.follow(listener);
        }

        @Override
        public long head() {
            return journal.head();
        }

        @Override
        public Verification verify() throws IOException {
            return journal.verify();
        }

        @Override
        public void close() throws IOException {
            journal.close();
        }
    }
}
