package io.homeostat.agent;

import io.homeostat.journal.Entry;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * An agent in a process of its own, to be killed. Arguments: source, state, and optionally after which event of this process
 * whom to kill: {@code agent}, {@code shims} or {@code gate}.
 */
final class AgentProcess {

    private AgentProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[1]);
        int after = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
        String victim = arguments.length > 3 ? arguments[3] : "nobody";
        String environment = arguments.length > 4 ? arguments[4] : null;
        AtomicInteger events = new AtomicInteger();
        Agent agent = Agent.start(
                new Agent.Settings(
                        SourceSpec.of(arguments[0]),
                        state,
                        environment,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null),
                journal -> new Boundary(journal, () -> {
                    if (events.incrementAndGet() == after) {
                        kill(victim, state);
                    }
                }));
        agent.await();
    }

    /** Kills at once and for good, as {@code kill -9} does. */
    private static void kill(String victim, Path state) {
        switch (victim) {
            case "agent" -> Runtime.getRuntime().halt(137);
            case "shims" -> destroy(command -> command.contains("shim") && command.contains(state.toString()));
            case "gate" ->
                destroy(command -> command.contains("io.homeostat.gate") && command.contains(state.toString()));
            default -> throw new IllegalArgumentException(victim);
        }
    }

    private static void destroy(Predicate<String> matches) {
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> matches.test(commandLine(process.pid())))
                .forEach(ProcessHandle::destroyForcibly);
    }

    static String commandLine(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    /** A journal that tells right after each event, before its writer goes on. */
    private record Boundary(Journal journal, Runnable appended) implements Journal {
        @Override
        public Event append(Entry entry) throws IOException {
            Event event = journal.append(entry);
            appended.run();
            return event;
        }

        @Override
        public Event appendDurably(Entry entry) throws IOException {
            Event event = journal.appendDurably(entry);
            appended.run();
            return event;
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
