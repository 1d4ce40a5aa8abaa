package io.homeostat.target.kubernetes.fault;

import io.homeostat.model.Node;
import io.homeostat.model.Quantities;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done in one container, as {@code stress.sh} takes it. Pure.
 *
 * @param count as the script has it
 * @param place that is filled; {@code -} where none is
 * @param limit MiB of the place, all in all; negative where its file system may be larger, and still is nobody else's; of memory among how many containers a quarter of what the node has left is shared, 0
 *     for one that has a limit; 0 for others
 */
record Stress(String container, Effect effect, String mode, String count, String place, long limit) {

    /** So much CPU time shows that its workers work: hundredths of a second. */
    private static final long BUSY = 10;

    private static final BigDecimal MEBIBYTE = BigDecimal.valueOf(1L << 20);

    /** Knows how large a claim of the pod's namespace is. */
    interface Claims {
        /** @return {@code status.capacity.storage}; empty when nobody knows it */
        String capacity(String claim) throws IOException;
    }

    /**
     * @param container null for all of them; of a volume, for the first one that may write to it
     * @throws IOException when it cannot be done there, with what would help
     */
    static List<Stress> of(Effect effect, Node.Mapping pod, @Nullable String container, Claims claims)
            throws IOException {
        List<String> names = Containers.named(pod, container);
        if (effect instanceof Effect.Disk disk) {
            return List.of(disk(disk, pod, names, claims));
        }
        List<Stress> all = new ArrayList<>();
        for (String name : names) {
            all.add(
                    switch (effect) {
                        case Effect.Cpu cpu ->
                            new Stress(name, effect, "cpu", cpu.workers() + "@" + cpu.percent(), "-", 0);
                        case Effect.Memory memory ->
                            new Stress(
                                    name,
                                    effect,
                                    "memory",
                                    Integer.toString(memory.mebibytes()),
                                    "-",
                                    memoryLimit(pod, name) == null ? 1 : 0);
                        case Effect.Io io -> new Stress(name, effect, "io", Integer.toString(io.workers()), "-", 0);
                        default -> throw new IllegalArgumentException(effect + " is no stress");
                    });
        }
        return List.copyOf(all);
    }

    /** Of memory without a limit: a quarter of what the node has left is shared among so many containers. */
    Stress sharing(long containers) {
        return isUnlimited() ? new Stress(container, effect, mode, count, place, containers) : this;
    }

    boolean isUnlimited() {
        return effect instanceof Effect.Memory && limit > 0;
    }

    private static Stress disk(Effect.Disk disk, Node.Mapping pod, List<String> names, Claims claims)
            throws IOException {
        String which = "the volume " + disk.volume() + " of " + PodFaults.name(pod);
        Node.Mapping volume = volume(pod, disk.volume());
        if (volume == null) {
            throw new IOException(PodFaults.name(pod) + " has no volume '" + disk.volume() + "'");
        }
        for (String name : names) {
            Node.Mapping mount = mount(pod, name, disk.volume());
            if (mount != null) {
                String claim = claim(volume, PodFaults.name(pod));
                long limit = claim == null
                        ? limit(volume, which, memoryLimit(pod, name))
                        : capacity(claims.capacity(claim), which);
                return new Stress(
                        name, disk, "disk", Integer.toString(disk.mebibytes()), mount.text("mountPath", ""), limit);
            }
        }
        throw new IOException("no container of those that are meant may write to " + which);
    }

    /** Where a container may write to a volume; null where it may not. */
    static Node.@Nullable Mapping mount(Node.Mapping pod, String container, String volume) {
        for (Node each : Containers.declared(pod, container).sequence("volumeMounts")) {
            if (each instanceof Node.Mapping mount
                    && mount.text("name", "").equals(volume)
                    && !mount.flag("readOnly", false)) {
                return mount;
            }
        }
        return null;
    }

    /** The claim behind a volume; null where none is. */
    static @Nullable String claim(Node.Mapping volume, String pod) {
        if (volume.get("ephemeral") != null) {
            return pod + "-" + volume.text("name", "");
        }
        return volume.mapping("persistentVolumeClaim").text("claimName");
    }

    /** MiB. By it the script tells a volume of its own from a directory of a store that others use, too. */
    private static long capacity(String said, String which) throws IOException {
        BigDecimal size = Quantities.parse(said);
        if (size == null) {
            throw new IOException(
                    "nobody knows how large " + which
                            + " is: its claim has no `status.capacity`, so it may be a directory of a store that others use, too");
        }
        return size.divideToIntegralValue(MEBIBYTE).longValue();
    }

    /** MiB, negative: Kubernetes before 1.22 gives a volume in memory the size of half of its node. */
    static long limit(Node.Mapping volume, String which, @Nullable BigDecimal memory) throws IOException {
        if (volume.get("csi") != null) {
            throw new IOException(
                    which + " is one of a driver that says nowhere how large it is; take a persistentVolumeClaim");
        }
        if (!(volume.get("emptyDir") instanceof Node.Mapping empty)) {
            throw new IOException(
                    which + " is none that could be filled: neither a persistentVolumeClaim nor an emptyDir");
        }
        if (!empty.text("medium", "").equals("Memory")) {
            throw new IOException(which + " is a directory on the disk of the node: nothing but that disk is ever full,"
                    + " and a sizeLimit only has the pod evicted; give it `medium: Memory` and a sizeLimit, or take"
                    + " a persistent volume");
        }
        BigDecimal size = Quantities.parse(empty.text("sizeLimit", ""));
        if (size == null) {
            throw new IOException(
                    which + " has no sizeLimit: filling it would fill the memory of the node; give it one");
        }
        if (memory != null && size.compareTo(memory) >= 0) {
            throw new IOException(which + " is in memory, and may get as large as the container's memory limit: before"
                    + " it is full the container is killed; let its sizeLimit be less");
        }
        return -size.divideToIntegralValue(MEBIBYTE).longValue();
    }

    static Node.@Nullable Mapping volume(Node.Mapping pod, String name) {
        for (Node each : pod.mapping("spec").sequence("volumes")) {
            if (each instanceof Node.Mapping volume && volume.text("name", "").equals(name)) {
                return volume;
            }
        }
        return null;
    }

    /** Bytes; null when there is none. */
    static @Nullable BigDecimal memoryLimit(Node.Mapping pod, String container) {
        return Quantities.parse(Containers.declared(pod, container)
                .mapping("resources")
                .mapping("limits")
                .text("memory", ""));
    }

    /** Those of the script. */
    List<String> arguments(Duration lasts, Duration silence) {
        return List.of(
                mode,
                count,
                Long.toString(Math.max(0, lasts.toMillis() / 10)),
                Long.toString(silence.toSeconds()),
                place,
                Long.toString(limit));
    }

    /** @return what a line of the script shows of it; null when that is not enough */
    @Nullable
    String seen(String line) {
        String[] said = line.split(" ", 2);
        if (said.length < 2 || !said[0].equals(mode) || !said[1].matches("-?[0-9]{1,15}")) {
            return null;
        }
        long amount = Long.parseLong(said[1]);
        return switch (effect) {
            case Effect.Cpu cpu when amount >= Math.max(3, BUSY * cpu.percent() / 100) -> "its workers took CPU time";
            // A tenth less: what the last of it is not held yet.
            case Effect.Memory memory
            when amount * 10 >= memory.mebibytes() * 1024L * 9 -> memory.mebibytes() + " MiB were taken";
            case Effect.Io _ when amount > 0 -> "files were written and synced";
            case Effect.Disk disk
            when amount <= disk.mebibytes() + 1L -> amount + " MiB are left of the volume " + disk.volume();
            default -> null;
        };
    }
}
