package io.homeostat.chaos.extension;

import io.homeostat.converge.Faults;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.FaultClass;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The faults of others, and those of extensions, each of which has a {@link Holder}. */
public final class ExtensionFaults implements Faults {

    private static final long LOOK_NANOS = 10_000_000;

    private final Faults others;
    private final Path directory;
    private final Function<String, @Nullable Extension> catalog;
    private final Map<String, Map<String, Held>> holders = new HashMap<>();
    private final Set<Path> sentFor = new HashSet<>();

    /** One fault, and the process that holds it. */
    private static final class Held {
        private final FaultDirectory at;
        private Process process;

        private Held(FaultDirectory at) throws IOException {
            this.at = at;
            this.process = startHolder(at);
        }

        /** Whoever held it was killed: another one undoes it. */
        private boolean begunAgain() throws IOException {
            if (process.isAlive() || at.isOver()) {
                return false;
            }
            at.undo();
            process = startHolder(at);
            return true;
        }
    }

    private ExtensionFaults(Faults others, Path directory, Function<String, @Nullable Extension> catalog) {
        this.others = others;
        this.directory = directory;
        this.catalog = catalog;
    }

    /**
     * Undoes what is left in the directory from before.
     *
     * @param catalog the extension of a name; null when there is none
     */
    public static ExtensionFaults open(Faults others, Path directory, Function<String, @Nullable Extension> catalog)
            throws IOException {
        ExtensionFaults faults = new ExtensionFaults(
                others, FaultDirectory.create(directory.toAbsolutePath()).path(), catalog);
        faults.releaseOwn(Set.of());
        return faults;
    }

    @Override
    public Set<FaultClass> classes() {
        Set<FaultClass> classes = EnumSet.of(FaultClass.EXTENSION);
        classes.addAll(others.classes());
        return classes;
    }

    @Override
    public Map<FaultClass, String> reasons() {
        return others.reasons();
    }

    @Override
    public @Nullable String objection(ObjectKey workload, Node.Mapping spec, Effect effect, @Nullable String container)
            throws IOException {
        return others.objection(workload, spec, effect, container);
    }

    @Override
    public List<Victim> instances(ObjectKey workload) throws IOException {
        return others.instances(workload);
    }

    @Override
    public List<Call> calls() throws IOException {
        return others.calls();
    }

    @Override
    public @Nullable String objection(String callee) {
        return others.objection(callee);
    }

    @Override
    public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
        Map<Boolean, List<Fault>> split =
                faults.stream().collect(Collectors.partitioningBy(fault -> fault.effect() instanceof Effect.Extended));
        List<Fault> ours = split.getOrDefault(true, List.of());
        Map<String, State> states = new TreeMap<>();
        List<Held> ending = new ArrayList<>();
        // What is to be undone is undone on both sides, even where one of them fails, and before anybody waits for it.
        IOException failed = null;
        try {
            holdOurs(holder, heartbeat, ours, ending).forEach(state -> states.put(state.id(), state));
        } catch (IOException first) {
            failed = first;
        }
        others.hold(holder, heartbeat, split.getOrDefault(false, List.of()))
                .forEach(state -> states.put(state.id(), state));
        if (failed != null) {
            throw failed;
        }
        awaitUndone(ending, heartbeat);
        if (ours.isEmpty()) {
            forget(holder, ending);
        }
        return faults.stream()
                .flatMap(fault -> Stream.ofNullable(states.get(fault.id())))
                .toList();
    }

    /**
     * Of those that begin still, nothing is said yet.
     *
     * @param ending gets those that were told to undo
     */
    private List<State> holdOurs(String holder, Duration heartbeat, List<Fault> wanted, List<Held> ending)
            throws IOException {
        List<State> states = new ArrayList<>();
        synchronized (holders) {
            Map<String, Held> known = holders.computeIfAbsent(holder, first -> new TreeMap<>());
            Set<String> named = wanted.stream().map(Fault::id).collect(Collectors.toSet());
            for (Map.Entry<String, Held> each : known.entrySet()) {
                if (!named.contains(each.getKey())) {
                    each.getValue().at.undo();
                    ending.add(each.getValue());
                }
            }
            for (Fault fault : wanted) {
                Held held = known.get(fault.id());
                if (held == null) {
                    held = begin(holder, fault, heartbeat);
                    known.put(fault.id(), held);
                } else if (!held.at.isOver()) {
                    held.at.renew(heartbeat);
                }
                State state = state(fault.id(), held);
                if (state != null) {
                    states.add(state);
                }
            }
        }
        return states;
    }

    private void forget(String holder, List<Held> undone) throws IOException {
        synchronized (holders) {
            holders.remove(holder);
        }
        for (Held each : undone) {
            each.at.delete();
        }
    }

    private Held begin(String holder, Fault fault, Duration heartbeat) throws IOException {
        if (!(fault.effect() instanceof Effect.Extended effect) || !(fault.place() instanceof Place.Outside place)) {
            throw new IllegalArgumentException(fault + " is none of extensions");
        }
        Extension extension = catalog.apply(effect.extension());
        if (extension == null) {
            throw new IOException("no extension is called " + effect.extension() + " any more");
        }
        ObjectKey workload = place.workload();
        Order order = Order.of(
                extension,
                holder,
                fault.id(),
                effect.parameters(),
                workload == null ? "" : workload.toString(),
                workload == null
                        ? List.of()
                        : others.instances(workload).stream().map(Victim::name).toList(),
                fault.lasts());
        return new Held(prepare(directory.resolve(holder + "." + fault.id()), order, heartbeat));
    }

    /** All that a holder needs. */
    static FaultDirectory prepare(Path path, Order order, Duration heartbeat) throws IOException {
        FaultDirectory at = FaultDirectory.create(path);
        at.write("order.json", order.node());
        at.renew(heartbeat);
        return at;
    }

    /** In a session of its own, so that nobody who ends this agent's processes ends it. */
    static Process startHolder(FaultDirectory at) throws IOException {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        "setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms8m",
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath,
                        Holder.class.getName(),
                        at.path().toString())
                .directory(at.path().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(at.path().resolve("holder.log").toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static @Nullable State state(String id, Held held) throws IOException {
        FaultDirectory at = held.at;
        if (held.begunAgain()) {
            throw new IOException(id + ": the process that held it was killed; another one undoes it");
        }
        Node.Mapping report = at.read("report.json");
        if (report == null) {
            return null;
        }
        String seen = report.text("seen", "");
        if (report.text("phase", "").equals("failed")) {
            throw new IOException(id + ": " + report.text("error", ""));
        }
        return new State(id, !at.isOver(), !seen.isEmpty(), seen);
    }

    /** Who asks for nothing may rely on nothing being left. */
    private static void awaitUndone(List<Held> ending, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Held each : ending) {
            while (!each.at.isOver() && System.nanoTime() < deadline) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            if (!each.at.isOver() && !each.begunAgain()) {
                Node.Mapping report = each.at.read("report.json");
                String error = report == null ? "" : report.text("error", "");
                throw new NotUndone(each.at.path().getFileName() + " is not undone yet"
                        + (error.isEmpty() ? "" : ": " + error) + "; it is tried on and on");
            } else if (!each.at.isOver()) {
                throw new NotUndone(each.at.path().getFileName() + ": the process that held it was killed");
            }
        }
    }

    @Override
    public void release(Set<String> keep) throws IOException {
        releaseOwn(keep);
        others.release(keep);
    }

    private void releaseOwn(Set<String> keep) throws IOException {
        synchronized (holders) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
                for (Path each : left) {
                    String name = String.valueOf(each.getFileName());
                    String holder = name.substring(0, Math.max(0, name.lastIndexOf('.')));
                    FaultDirectory at = new FaultDirectory(each);
                    if (keep.contains(holder) || holders.containsKey(holder)) {
                        continue;
                    }
                    if (at.isOver()) {
                        sentFor.remove(each);
                        at.delete();
                    } else {
                        at.undo();
                        // Whether or not one lives still: this one waits for it, and then finds nothing to do.
                        if (sentFor.add(each)) {
                            startHolder(at);
                        }
                    }
                }
            }
        }
    }
}
