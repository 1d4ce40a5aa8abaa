package io.homeostat.target.local.controllers;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.JobRun;
import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.ContainerState;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Version;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jobs. What happens is decided in {@link JobRun}. */
public final class Jobs implements Controller {

    private final World world;

    public Jobs(World world) {
        this.world = world;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        JobRun.Spec spec = spec(object.spec());
        Pods pods = new Pods(world, object);
        JobRun.State before = state(world, object.key(), object.uid());
        if (!act) {
            return JobRun.status(spec, before, pods.members());
        }
        pods.endStrangers();
        List<Kubelet.View> views = pods.views();
        List<Member> members = pods.members();
        JobRun.Decision decision =
                JobRun.decide(spec, before, members, restarts(views), lastFailure(views), world.now());
        // The end is written down before its consequences: a job that has ended never starts again.
        world.memo().put(object.key(), memo(object.uid(), decision.state()));
        for (JobRun.Action action : decision.actions()) {
            switch (action) {
                case JobRun.Action.Create _ -> create(object, pods);
                case JobRun.Action.Stop stop -> pods.stop(stop.name(), stop.reason());
                case JobRun.Action.CleanUp _ ->
                    members.forEach(member -> pods.stop(member.name(), "ttlSecondsAfterFinished has passed"));
            }
        }
        if (decision.state().isFinished() && !before.isFinished()) {
            world.reports()
                    .report(
                            "job.finished",
                            object.application(),
                            object.key(),
                            object.key()
                                    + (decision.state().outcome() == JobRun.Outcome.COMPLETE
                                            ? " is complete: "
                                            : " failed: ")
                                    + decision.state().message(),
                            Node.Mapping.EMPTY.with("reason", decision.state().reason()));
        }
        if (decision.wakeAt() != null) {
            world.wake().accept(object.key(), decision.wakeAt());
        }
        return JobRun.status(spec, decision.state(), pods.members());
    }

    private void create(StoredObject object, Pods pods) throws IOException {
        Node.Mapping template = Templates.of(object.key(), object.content());
        Version version = Version.of(
                object.key().namespace(),
                template == null ? Node.Mapping.EMPTY : template,
                List.of(),
                world.configs(),
                world.salt());
        if (version.missing().isEmpty()) {
            String prefix = object.key().name() + "-";
            int number = pods.freeNumber(prefix);
            pods.create(version, prefix + number, number, List.of());
        }
    }

    private static int restarts(List<Kubelet.View> views) {
        int restarts = 0;
        for (Kubelet.View view : views) {
            Member.Phase phase = view.member().phase();
            if (phase == Member.Phase.RUNNING || phase == Member.Phase.PENDING) {
                for (ContainerState state : view.state().containers().values()) {
                    restarts += Math.max(0, state.backoff().streak());
                }
            }
        }
        return restarts;
    }

    private static @Nullable Instant lastFailure(List<Kubelet.View> views) {
        Instant newest = null;
        for (Kubelet.View view : views) {
            if (view.member().phase() == Member.Phase.FAILED) {
                for (ContainerState state : view.state().containers().values()) {
                    ContainerState.Exit exit = state.last();
                    if (exit != null && (newest == null || exit.at().isAfter(newest))) {
                        newest = exit.at();
                    }
                }
            }
        }
        return newest;
    }

    private static JobRun.Spec spec(Node.Mapping spec) {
        Integer deadline = integer(spec, "activeDeadlineSeconds");
        Integer ttl = integer(spec, "ttlSecondsAfterFinished");
        return new JobRun.Spec(
                Math.max(0, spec.integer("parallelism", 1)),
                integer(spec, "completions"),
                Math.max(0, spec.integer("backoffLimit", 6)),
                deadline == null ? null : Duration.ofSeconds(deadline),
                ttl == null ? null : Duration.ofSeconds(ttl),
                spec.flag("suspend", false));
    }

    private static @Nullable Integer integer(Node.Mapping spec, String key) {
        return spec.get(key) instanceof Node.Numeric number ? number.value().intValue() : null;
    }

    /** How far a job is, in this life of it. */
    static JobRun.State state(World world, ObjectKey key, String uid) {
        Node.Mapping memo = world.memo().get(key);
        if (!uid.equals(memo.text("uid"))) {
            return JobRun.State.NEW;
        }
        String outcome = memo.text("outcome");
        return new JobRun.State(
                time(memo, "startedAt"),
                time(memo, "finishedAt"),
                outcome == null ? null : JobRun.Outcome.valueOf(outcome),
                memo.text("reason", ""),
                memo.text("message", ""),
                memo.integer("succeeded", 0),
                memo.integer("failed", 0));
    }

    private static Node.Mapping memo(String uid, JobRun.State state) {
        Node.Mapping memo = Node.Mapping.EMPTY
                .with("uid", uid)
                .with("reason", state.reason())
                .with("message", state.message())
                .with("succeeded", state.succeeded())
                .with("failed", state.failed());
        if (state.startedAt() != null) {
            memo = memo.with("startedAt", state.startedAt().toString());
        }
        if (state.finishedAt() != null) {
            memo = memo.with("finishedAt", state.finishedAt().toString());
        }
        return state.outcome() == null
                ? memo
                : memo.with("outcome", state.outcome().name());
    }

    static @Nullable Instant time(Node.Mapping memo, String key) {
        String text = memo.text(key);
        return text == null ? null : Instant.parse(text);
    }
}
