package io.homeostat.target.local;

import io.homeostat.gate.control.GateLauncher;
import io.homeostat.journal.Journal;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.controllers.Services;
import io.homeostat.target.local.controllers.World;
import io.homeostat.target.local.image.Images;
import io.homeostat.target.local.objects.Memo;
import io.homeostat.target.local.objects.ObjectStore;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Configs;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Neighbours;
import io.homeostat.target.local.pod.Ports;
import io.homeostat.target.local.process.LogPolicy;
import io.homeostat.target.local.process.Processes;
import io.homeostat.target.local.runtime.FileWatch;
import io.homeostat.target.local.runtime.Loop;
import io.homeostat.target.local.runtime.Reports;
import io.homeostat.target.local.service.Addresses;
import io.homeostat.target.local.service.GateControl;
import io.homeostat.target.local.service.Names;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All parts of the target, wired together. */
final class Machine implements AutoCloseable {

    /** Events of the kernel may get lost when there are many at once: now and then everything is looked at unasked. */
    private static final Duration LOOK_UNASKED = Duration.ofSeconds(30);

    private static final Duration CLEAR_AWAY = Duration.ofHours(1);

    /** For requests on their way to an instance that is about to end; longer ones are its own to finish. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(1);

    /** Where metrics are usually scraped. */
    private static final int METRICS_PORT = 9464;

    private final InstantSource clock;
    private final ObjectStore objects;
    private final Processes processes;
    private final Reports reports;
    private final ImageSupply images;
    private final FileWatch files;
    private final GateControl gate;
    private final Names names;
    private final Services services;
    private final Loop loop;
    private final Kubelet kubelet;
    private final Keeper keeper;
    private final LocalFaults faults;
    private final Set<Consumer<String>> watchers = new CopyOnWriteArraySet<>();
    private final ExecutorService announcer = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("local-target-watchers").factory());
    private final Consumer<Path> objectFiles;

    private Machine(Path state, InstantSource clock, Journal journal, GateLauncher launcher, Images store)
            throws IOException {
        Path root = state.resolve("target");
        this.clock = clock;
        int seed = state.toString().hashCode();
        this.reports = new Reports(journal);
        this.objects = ObjectStore.open(root.resolve("objects"));
        this.images = new ImageSupply(store);
        this.processes = Processes.open(root.resolve("processes"), LogPolicy.DEFAULT, clock);
        this.files = new FileWatch();
        this.loop = new Loop(
                clock,
                () -> keeper().drain(),
                fault -> reports.report("target.fault", "a fault in the local target: " + fault));
        Addresses addresses =
                Addresses.open(root.resolve("addresses.json"), seed, host -> Ports.isFree(host, METRICS_PORT));
        Memo memo = new Memo(root.resolve("memo"));
        this.gate = new GateControl(
                launcher,
                reports,
                addresses.metricsHost() + ":" + METRICS_PORT,
                () -> loop.run(() -> keeper().routesChanged()));
        this.names = new Names(() -> loop.run(() -> keeper().routesChanged()));
        this.services = new Services(objects, () -> kubelet(), addresses, gate, names, memo);
        Configs configs = new Configs(key -> content(key));
        Path claims = root.resolve("data");
        this.kubelet = new Kubelet(
                new Neighbours(
                        loop,
                        clock,
                        reports,
                        processes,
                        files,
                        configs,
                        claims,
                        images::directory,
                        machineName(),
                        services::variables,
                        services::routed,
                        ports -> gate.awaitUnused(ports, LAST_REQUESTS),
                        key -> keeper().dirty(key)),
                root.resolve("instances"),
                seed);
        World world = new World(
                clock,
                objects,
                memo,
                kubelet,
                configs,
                salt(root.resolve("salt")),
                reports,
                (key, time) -> loop.at(key, time, () -> keeper().dirty(key)));
        this.keeper = new Keeper(world, loop, services, claims, this::announce);
        this.faults = new LocalFaults(this, launcher, root.resolve("faults"));
        this.objectFiles = path -> loop.run(() -> look(path));
        tellFindings();
    }

    static Machine open(Path state, InstantSource clock, Journal journal, Images images, GateLauncher launcher)
            throws IOException {
        PrivateFiles.directories(state.resolve("target"));
        Machine machine = new Machine(state, clock, journal, launcher, images);
        machine.loop.start();
        machine.loop.call(() -> {
            machine.kubelet.adopt();
            machine.keeper.dirtyAll();
            machine.keeper.drain();
            machine.gate.start();
            machine.keeper.dirtyAll();
            machine.keeper.drain();
            machine.lookUnasked();
            machine.collectImages();
            return true;
        });
        return machine;
    }

    private void tellFindings() {
        processes.findings().forEach(finding -> reports.report("instance.found", finding));
        String slowness = processes.slowness();
        if (slowness != null) {
            reports.report("target.slow", slowness);
        }
        objects.unreadable()
                .forEach((key, reason) -> reports.report(
                        "object.unreadable",
                        key + ": " + reason + "; its instances are kept until it is declared again"));
    }

    private io.homeostat.model.Node.@Nullable Mapping content(ObjectKey key) {
        StoredObject object = objects.get(key);
        return object == null || object.deleting() ? null : object.content();
    }

    private void announce(String application) {
        if (!watchers.isEmpty()) {
            announcer.execute(() -> watchers.forEach(watcher -> watcher.accept(application)));
        }
    }

    private void look(Path path) {
        if (Files.isDirectory(path)) {
            watchObjects();
        }
        ObjectKey key = objects.recheck(path);
        if (key != null) {
            keeper.dirty(key);
        }
    }

    private void watchObjects() {
        objects.directories().forEach(directory -> files.add(directory, objectFiles));
    }

    private void lookUnasked() throws IOException {
        watchObjects();
        for (Path file : objects.files()) {
            look(file);
        }
        kubelet.look();
        keeper.endStrays();
        loop.at(clock.instant().plus(LOOK_UNASKED), () -> {
            try {
                lookUnasked();
            } catch (IOException unreadable) {
                loop.at(clock.instant().plus(LOOK_UNASKED), this::watchObjects);
            }
        });
    }

    private void collectImages() {
        Thread.ofVirtual().name("local-target-images").start(() -> {
            try {
                images.collect(() -> loop.call(this::imagesInUse), clock.instant());
            } catch (IOException later) {
                reports.report(
                        "image.kept", "images that nothing uses could not be cleared away: " + later.getMessage());
            }
        });
        loop.at(clock.instant().plus(CLEAR_AWAY), this::collectImages);
    }

    private Set<String> imagesInUse() {
        Set<String> used = new HashSet<>(kubelet.imagesInUse());
        objects.all().forEach(object -> used.addAll(object.images().values()));
        return used;
    }

    private static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }

    private static String salt(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException first) {
            byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            String salt = HexFormat.of().formatHex(random);
            PrivateFiles.write(file, salt.getBytes(StandardCharsets.UTF_8));
            return salt;
        }
    }

    void stopAll() throws IOException, InterruptedException {
        loop.call(() -> {
            List<ObjectKey> keys = new ArrayList<>();
            objects.all().forEach(object -> keys.add(object.key()));
            for (ObjectKey key : keys) {
                keeper.delete(key);
            }
            kubelet.all()
                    .forEach(view ->
                            kubelet.delete(view.pod().namespace(), view.pod().name(), "everything is stopped"));
            return true;
        });
        while (loop.call(() -> !kubelet.all().isEmpty())) {
            Thread.sleep(20);
        }
        gate.want(List.of(), Map.of());
        gate.routed().join();
    }

    InstantSource clock() {
        return clock;
    }

    ObjectStore objects() {
        return objects;
    }

    Processes processes() {
        return processes;
    }

    ImageSupply images() {
        return images;
    }

    Loop loop() {
        return loop;
    }

    Kubelet kubelet() {
        return kubelet;
    }

    GateControl gate() {
        return gate;
    }

    Services services() {
        return services;
    }

    Keeper keeper() {
        return keeper;
    }

    LocalFaults faults() {
        return faults;
    }

    Set<Consumer<String>> watchers() {
        return watchers;
    }

    @Override
    public void close() {
        loop.close();
        kubelet.close();
        gate.close();
        names.close();
        files.close();
        processes.close();
        announcer.shutdown();
    }
}
