package io.homeostat.converge;

import io.homeostat.model.Application;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is converged: the processes of one machine, or a cluster.
 *
 * <p>A target holds objects, as an API server does: {@link #apply} declares one, and the target works on it by itself from
 * then on (keeps replicas alive, runs probes, rolls a new template in), whether or not anybody asks again. How far it got is
 * in each object's {@code status}, in Kubernetes' own form. All calls are idempotent; the caller may have died in the middle
 * of the last one. Safe for use by many threads.
 */
public interface Target extends Completion, AutoCloseable {

    /** Every object that homeostat owns here, by key: what was applied, for whom, and how it is now. */
    Map<ObjectKey, Live> observe() throws IOException;

    /** Those of them that belong to one application. */
    default Collection<Live> owned(String application) throws IOException {
        return observe().values().stream()
                .filter(live -> live.application().equals(application))
                .toList();
    }

    /** Who wrote what differs at an object from what was applied, as far as the target can tell. */
    default List<String> writers(ObjectKey object) {
        return List.of();
    }

    /** Of what is declared, that which exists already without being ours. */
    default List<Foreign> foreign(Collection<Step.Declared> declared) throws IOException {
        return List.of();
    }

    /** From now until it is applied once, each of these is taken over from whoever has fields of it. */
    default void adopt(Collection<ObjectKey> objects) {}

    /** How many applications it is good to work on at a time. */
    default int parallelism() {
        return 4;
    }

    /**
     * A plan is about to be taken, step by step: a target that keeps its inventory elsewhere writes down there what it is going
     * to own, before it does.
     *
     * @param application as Git declares it; null when it left Git
     * @throws IOException when that cannot be done; then no step may be taken
     */
    default void prepare(Plan plan, @Nullable Application application) throws IOException {}

    /**
     * Does one step. Returns when it is declared, not when it is healthy.
     *
     * @param snapshot files that the step may need ({@code dir:} images); its revision is the one of the step's documents
     * @throws IOException when it could not be done; the message is for the user. Trying again is always safe
     */
    void apply(Step step, Snapshot snapshot) throws IOException;

    /** Calls {@code changed} with the application's name soon after anything it owns changes, until closed. */
    Watch watch(Consumer<String> changed);

    /** Why an object is not healthy: exit codes, last log lines, failing probes. Most telling first. */
    List<Evidence> evidence(ObjectKey object) throws IOException;

    /** Log lines of an object's instances. Blocks while following; ends when {@code sink} answers false. */
    void logs(ObjectKey object, LogOptions options, LogSink sink) throws IOException;

    /** How two versions of a workload stand side by side here; null when they cannot. */
    default @Nullable Traffic traffic() {
        return null;
    }

    /** What can be done to what runs here on purpose; null when nothing can. */
    default @Nullable Faults faults() {
        return null;
    }

    @Override
    void close();

    /** It cannot be told how the target is; what runs there goes on. */
    final class Unreachable extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        public Unreachable(String message) {
            super(message);
        }
    }

    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * One object as the target holds it.
     *
     * @param application who owns it
     * @param revision the revision it was applied from
     * @param origin {@code file} of the snapshot it was declared in
     * @param appliedDigest {@link Digests#of} the content that was applied; differs from that of {@code content} when
     *     somebody changed the object behind our back
     * @param content the object as it is now, without its {@code status}
     * @param status how far the target got, in Kubernetes' own form
     * @param drift further differences between the object and what it stands for: an edited file, another command line
     */
    record Live(
            ObjectKey key,
            String application,
            String revision,
            String origin,
            String appliedDigest,
            Node.Mapping content,
            Node.Mapping status,
            List<Drift> drift) {}

    /**
     * An object that exists, and that homeostat did not make.
     *
     * @param managers who wrote it
     * @param owner another environment of homeostat that has it; empty when none
     * @param changes what taking it over would change
     */
    record Foreign(ObjectKey key, List<String> managers, String owner, List<Change> changes) {}

    /**
     * A difference outside the object itself.
     *
     * @param place what differs: {@code web-7d9f-1: /etc/shop/app.properties}
     * @param found what is there, in words, without secrets
     */
    record Drift(String place, String found) {}

    /**
     * @param instance which instance; empty when it is about the object
     * @param reason one word as Kubernetes says it: {@code CrashLoopBackOff}, {@code ProbeFailed} …
     * @param message one sentence
     * @param log the last lines it wrote, oldest first
     */
    record Evidence(
            String instance,
            String reason,
            String message,
            @Nullable Integer exitCode,
            List<String> log) {

        /** Reasons that no waiting mends: the image, the configuration or the program is wrong. As Kubernetes says them. */
        public static final Set<String> STUCK = Set.of(
                "CrashLoopBackOff",
                "ImagePullBackOff",
                "InvalidImageName",
                "ErrImageNeverPull",
                "CreateContainerConfigError",
                "CreateContainerError",
                "RunContainerError");

        /**
         * How long it is told of an instance that runs again that it was killed for its memory. Longer than anybody takes to look,
         * and no longer: what happened before, say in an experiment, says nothing of how it does now.
         */
        public static final Duration MEMORY_TOLD_FOR = Duration.ofSeconds(30);

        /** Whether it lasts until somebody changes what is declared. */
        public boolean isStuck() {
            return STUCK.contains(reason);
        }
    }

    /**
     * @param tail how many of the last lines of each instance first; negative: all
     * @param previous the run before the current one
     */
    record LogOptions(int tail, boolean follow, boolean previous) {}

    interface LogSink {
        boolean line(String instance, String line) throws IOException;
    }
}
