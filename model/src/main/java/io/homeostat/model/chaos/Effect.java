package io.homeostat.model.chaos;

import io.homeostat.model.Durations;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a fault does. */
public sealed interface Effect {

    FaultClass faultClass();

    /** How strong it is, for people; empty where there is no more or less of it. */
    default String magnitude() {
        return "";
    }

    /** SIGKILL to every process of the instance. Nothing is left to be undone: the target starts it again. */
    record Kill() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.KILL;
        }
    }

    /** SIGTERM, as if its node were drained. */
    record Terminate() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.TERMINATE;
        }
    }

    /** SIGSTOP; SIGCONT undoes it. */
    record Pause() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.PAUSE;
        }
    }

    /**
     * SIGKILL again and again: no process of the instance gets old.
     *
     * @param lives so long each may live, more than no time
     */
    record CrashLoop(Duration lives) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.CRASH_LOOP;
        }

        @Override
        public String magnitude() {
            return "every " + Durations.format(lives);
        }
    }

    /**
     * Another number of instances than the declared one.
     *
     * @param replicas 0 to 1,000
     */
    record Scale(int replicas) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.SCALE;
        }

        @Override
        public String magnitude() {
            return "to " + replicas;
        }
    }

    /**
     * Another value in a ConfigMap that the workload reads, as if somebody had committed it.
     *
     * @param key of its {@code data}
     */
    record Configuration(String configMap, String key, String value) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.CONFIGURATION;
        }

        @Override
        public String magnitude() {
            return key + " of " + configMap;
        }
    }

    /** @param command that every container runs instead of its own, as if somebody had committed it */
    record Version(List<String> command) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.VERSION;
        }
    }

    /** @param name of an image that every container names instead of its own, as if somebody had committed it */
    record Image(String name) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.IMAGE;
        }
    }

    /**
     * Busy processes within the instance's own limits.
     *
     * @param workers how many, each of which takes a core if it gets it; 1 to 64
     * @param percent of the time that each is busy, 1 to 100
     */
    record Cpu(int workers, int percent) implements Effect {

        /** Busy all the time. */
        public Cpu(int workers) {
            this(workers, 100);
        }

        @Override
        public FaultClass faultClass() {
            return FaultClass.CPU;
        }

        @Override
        public String magnitude() {
            return workers
                    + (workers == 1 ? " worker" : " workers")
                    + (percent == 100 ? "" : ", busy " + percent + "%");
        }
    }

    /**
     * Memory taken within the instance's own limits.
     *
     * @param mebibytes 1 to 65,536
     */
    record Memory(int mebibytes) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.MEMORY;
        }

        @Override
        public String magnitude() {
            return mebibytes + " MiB";
        }
    }

    /**
     * Soft limits of open files, lowered; the hard ones stay.
     *
     * @param left so many more each process of the instance may open, 0 to 65,536
     */
    record FileDescriptors(int left) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.FILE_DESCRIPTORS;
        }

        @Override
        public String magnitude() {
            return left + " left";
        }
    }

    /**
     * Files written and synced to the disk, within the instance's own limits.
     *
     * @param workers how many at a time, 1 to 16
     */
    record Io(int workers) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.IO;
        }

        @Override
        public String magnitude() {
            return workers + (workers == 1 ? " worker" : " workers");
        }
    }

    /**
     * A volume of limited size, filled.
     *
     * @param mebibytes so many are left of it, 0 to 1,048,576
     */
    record Disk(String volume, int mebibytes) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.DISK;
        }

        @Override
        public String magnitude() {
            return volume + " but for " + mebibytes + " MiB";
        }
    }

    /** @param jitter each request waits up to so much less or more */
    record Latency(Duration mean, Duration jitter) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.LATENCY;
        }

        @Override
        public String magnitude() {
            return Durations.format(mean) + (jitter.isZero() ? "" : " ± " + Durations.format(jitter));
        }
    }

    /** @param status with which requests are answered in the callee's place, 400 to 599 */
    record Failure(int status) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.ERROR;
        }

        @Override
        public String magnitude() {
            return "status " + status;
        }
    }

    record Reset() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.RESET;
        }
    }

    /** Nothing is heard of requests until it ends. */
    record Blackhole() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.BLACKHOLE;
        }
    }

    /** @param bytesPerSecond of each response, 1 or more */
    record Bandwidth(long bytesPerSecond) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.BANDWIDTH;
        }

        @Override
        public String magnitude() {
            return bytesPerSecond + " B/s";
        }
    }

    /**
     * What somebody else's program does, registered as an {@link Extension}.
     *
     * @param parameters as they were given
     */
    record Extended(String extension, Map<String, String> parameters) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.EXTENSION;
        }

        @Override
        public String magnitude() {
            return new TreeMap<>(parameters)
                    .entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .collect(Collectors.joining(" "));
        }
    }

    /** The node of the instance takes no more pods. */
    record Cordon() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.CORDON;
        }
    }

    /** The node of the instance takes no more pods, and those that it has are evicted, as far as their budgets let them go. */
    record Drain() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.DRAIN;
        }
    }

    /** @param effect {@code NoSchedule}, {@code PreferNoSchedule} or {@value #EVICTS} */
    record Taint(String effect) implements Effect {
        public static final String EVICTS = "NoExecute";

        @Override
        public FaultClass faultClass() {
            return FaultClass.TAINT;
        }

        @Override
        public String magnitude() {
            return effect;
        }
    }

    /**
     * What Chaos Mesh does.
     *
     * @param faultClass one of {@link FaultClass#ofChaosMesh}
     * @param spec of its object; which pods, and for how long, is said by us
     */
    record Mesh(FaultClass faultClass, Node.Mapping spec) implements Effect {
        @Override
        public String magnitude() {
            return Json.write(spec);
        }
    }

    /** The API server of the cluster answers nobody who watches or changes it for us. */
    record ApiUnreachable() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.API_UNREACHABLE;
        }
    }

    /** The source of declared state answers nobody. */
    record GitUnreachable() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.GIT_UNREACHABLE;
        }
    }

    /** The agent itself is stopped for a while. */
    record AgentDown() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.AGENT_DOWN;
        }
    }

    /**
     * Somebody who must be refused asks all the same.
     *
     * @param headers what he shows, such as a credential that has expired
     * @param refusedWith status codes or classes, separated by {@code |}; with any other he was let in
     */
    record Access(String url, String method, Map<String, String> headers, String refusedWith) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.ACCESS;
        }
    }

    /**
     * A step that a person does.
     *
     * @param who is asked
     * @param task what for
     */
    record Person(String who, String task) implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.PERSON;
        }

        @Override
        public String magnitude() {
            return "'" + task + "'";
        }
    }

    record Corrupt() implements Effect {
        @Override
        public FaultClass faultClass() {
            return FaultClass.CORRUPT;
        }
    }
}
