package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds instances to their {@link Limits} with the kernel's control groups, version 2 or 1, where this user may write them. They
 * are never needed: what cannot be had is a warning with its reason, and the instance runs.
 *
 * <p>Groups lie below the agent's own ({@code …/homeostat-STATE/ID}), or where version 2 forbids that, beside it. Their paths are
 * kept with the instance, since the next agent may live elsewhere.
 */
final class ControlGroups {
    /** One second in all; what is stuck for longer is swept by the next agent. */
    private static final int ATTEMPTS = 200;

    private static final long BETWEEN_ATTEMPTS = 5_000_000;

    private final Hierarchies hierarchies;
    private final String parent;

    /** @param parent a name of this state directory's own */
    ControlGroups(Hierarchies hierarchies, String parent) {
        this.hierarchies = hierarchies;
        this.parent = parent;
    }

    /**
     * @param groups to be joined by the process; empty when no limit is held
     * @param warnings one sentence for each limit that is not
     */
    record Held(List<Path> groups, List<String> warnings) {}

    /** Makes the groups of an instance and writes its limits. */
    Held hold(String id, Limits limits) {
        Set<Path> groups = new LinkedHashSet<>();
        List<String> warnings = new ArrayList<>();
        for (Limit limit : Limit.values()) {
            Long value = limit.of(limits);
            if (value != null) {
                try {
                    groups.add(hold(id, limit, value));
                } catch (IOException refused) {
                    warnings.add(limit.words(value) + " is not held: " + reason(refused));
                }
            }
        }
        return new Held(List.copyOf(groups), warnings);
    }

    private Path hold(String id, Limit limit, long value) throws IOException {
        IOException failed = null;
        for (Hierarchies.Place place : hierarchies.of(limit.controller)) {
            Path shared = place.directory().resolve(parent);
            Path group = shared.resolve(id);
            try {
                makeDirectory(shared);
                if (place.unified()) {
                    enable(place.directory(), limit.controller);
                    enable(shared, limit.controller);
                }
                makeDirectory(group);
                limit.write(group, value, place.unified());
                return group;
            } catch (IOException refused) {
                failed = failed == null ? refused : failed;
                delete(group);
                delete(shared);
            }
        }
        throw failed != null
                ? failed
                : new IOException(
                        "this machine has no control group for " + limit.controller + " that is visible here");
    }

    /** True when the kernel has killed something in it for its memory. */
    boolean outOfMemory(List<Path> groups) {
        for (Path group : groups) {
            if (counts(group.resolve("memory.events")) || counts(group.resolve("memory.oom_control"))) {
                return true;
            }
        }
        return false;
    }

    /** Removes an instance's groups; what still runs in them (it has left its process group) is killed. */
    void release(List<Path> groups, Tools tools) {
        for (Path group : groups) {
            delete(group);
            for (int attempt = 0; attempt < ATTEMPTS && Files.exists(group); attempt++) {
                String members = members(group);
                if (!members.isEmpty()) {
                    tools.kill(ExitWatch.SIGKILL, members);
                }
                // The kernel tells nobody when a killed process has left its group, which is soon.
                LockSupport.parkNanos(BETWEEN_ATTEMPTS);
                delete(group);
            }
            Path shared = group.getParent();
            if (shared != null) {
                delete(shared);
            }
        }
    }

    private static String members(Path group) {
        try {
            return Files.readString(group.resolve("cgroup.procs"))
                    .replace('\n', ' ')
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** {@code oom_kill N} is a line of both versions' files. */
    private static boolean counts(Path file) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith("oom_kill ") && !line.equals("oom_kill 0")) {
                    return true;
                }
            }
        } catch (IOException none) {
            // Not this version, or gone.
        }
        return false;
    }

    private static void enable(Path directory, String controller) throws IOException {
        Path control = directory.resolve("cgroup.subtree_control");
        for (String enabled : Files.readString(control).strip().split(" ")) {
            if (enabled.equals(controller)) {
                return;
            }
        }
        Files.writeString(control, "+" + controller);
    }

    private static void makeDirectory(Path directory) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException there) {
            // By another limit, instance or agent.
        }
    }

    /** Only an empty group can be removed; a shared one goes with its last. */
    private static void delete(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException inUse) {
            // Somebody else will.
        }
    }

    /** Groups of this state directory that belong to none of the instances go. */
    void sweep(Set<String> ids, Tools tools) {
        for (Path directory : hierarchies.all()) {
            List<Path> orphans = new ArrayList<>();
            try (DirectoryStream<Path> groups =
                    Files.newDirectoryStream(directory.resolve(parent), entry -> Files.isDirectory(entry))) {
                for (Path group : groups) {
                    if (!ids.contains(String.valueOf(group.getFileName()))) {
                        orphans.add(group);
                    }
                }
            } catch (IOException none) {
                continue;
            }
            release(orphans, tools);
        }
    }

    private static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException denied -> denied.getFile() + " may not be written by this user";
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            default -> String.valueOf(refused.getMessage());
        };
    }

    /** What can be limited, and how both versions write it. */
    private enum Limit {
        MEMORY("memory"),
        CPU("cpu"),
        PIDS("pids");

        private static final long PERIOD_MICROS = 100_000;
        private final String controller;

        Limit(String controller) {
            this.controller = controller;
        }

        @Nullable
        Long of(Limits limits) {
            Number value = switch (this) {
                case MEMORY -> limits.memoryBytes();
                case CPU -> limits.cpuMillis();
                case PIDS -> limits.pids();
            };
            return value == null ? null : (Long) value.longValue();
        }

        String words(long value) {
            return switch (this) {
                case MEMORY -> "the memory limit of " + value + " bytes";
                case CPU -> "the limit of " + value + " thousandths of a processor";
                case PIDS -> "the limit of " + value + " processes";
            };
        }

        void write(Path group, long value, boolean unified) throws IOException {
            // The kernel takes no quota below one millisecond.
            long quota = Math.max(1_000, value * (PERIOD_MICROS / 1_000));
            switch (this) {
                case MEMORY -> {
                    Files.writeString(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), value + "");
                    // Without swap, so that the limit is one; kernels without swap accounting lack the file.
                    Path swap = group.resolve(unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
                    if (Files.exists(swap)) {
                        Files.writeString(swap, unified ? "0" : value + "");
                    }
                }
                case CPU -> {
                    if (unified) {
                        Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
                    } else {
                        Files.writeString(group.resolve("cpu.cfs_period_us"), PERIOD_MICROS + "");
                        Files.writeString(group.resolve("cpu.cfs_quota_us"), quota + "");
                    }
                }
                case PIDS -> Files.writeString(group.resolve("pids.max"), value + "");
            }
        }
    }
}
