package io.homeostat.deliver.rollout;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Entry;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Check;
import io.homeostat.model.Rollout.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Every event that a rollout writes into the journal. {@link Progress} reads them back. */
final class RolloutFacts {

    static final String PREFIX = "rollout.";
    static final String STARTED = "rollout.started";
    static final String STAGE = "rollout.stage";
    static final String PREPARING = "rollout.preparing";
    static final String EVIDENCE = "rollout.evidence";
    static final String CHECK = "rollout.check";
    static final String SKIPPED = "rollout.skipped";
    static final String PAUSED = "rollout.paused";
    static final String RESUMED = "rollout.resumed";
    static final String LET_GO = "rollout.promoted";
    static final String COMPLETED = Facts.ROLLED_OUT;
    static final String FAILED = "rollout.failed";
    static final String ABORTED = "rollout.aborted";
    static final String SUPERSEDED = "rollout.superseded";

    private RolloutFacts() {}

    static Entry started(String application, Rollout rollout, String revision, String digest) {
        List<ObjectKey> workloads = rollout.workloads();
        ObjectKey first = workloads.getFirst();
        Node.Mapping data = of(first)
                .with("rollout", rollout.name())
                .with("revision", revision)
                .with("digest", digest);
        String together = "";
        if (workloads.size() > 1) {
            List<Node> others = new ArrayList<>();
            workloads.subList(1, workloads.size()).forEach(each -> others.add(of(each)));
            data = data.with("others", new Node.Sequence(others, Position.NONE));
            together = " of " + workloads.size() + " workloads that move together";
        }
        return new Entry(
                STARTED,
                application,
                first.toString(),
                "rollout " + rollout.name() + " of " + Facts.brief(revision) + " begins: "
                        + rollout.stages().size() + " stages" + together,
                data);
    }

    /** @param why nothing goes by stages */
    static Entry skipped(String application, Rollout rollout, String revision, String why) {
        ObjectKey first = rollout.workloads().getFirst();
        return new Entry(
                SKIPPED,
                application,
                first.toString(),
                Facts.brief(revision) + " goes at once, without rollout " + rollout.name() + ": " + why,
                of(first).with("rollout", rollout.name()).with("revision", revision));
    }

    /** As {@link #of} wrote it. */
    static ObjectKey workload(Node.Mapping data) {
        return new ObjectKey(
                "apps",
                data.text("kind", "Deployment"),
                data.text("namespace", ObjectKey.DEFAULT_NAMESPACE),
                data.text("workload", ""));
    }

    static Entry stage(Progress progress, int number, Stage stage) {
        return entry(
                STAGE,
                progress,
                "stage " + stage.title() + ": " + stage.weight() + " % of the traffic",
                of(progress.workload()).with("stage", number).with("weight", stage.weight()));
    }

    /** @param why the stage before may end: what was shown, or skipped */
    static Entry preparing(Progress progress, Stage next, String why) {
        return entry(
                PREPARING,
                progress,
                why + "; next is stage " + next.title(),
                of(progress.workload()).with("reason", why));
    }

    /** @param data see {@link Account} */
    static Entry evidence(Progress progress, String message, Node.Mapping data) {
        Node.Mapping all = data;
        for (Map.Entry<String, Node.Field> field :
                of(progress.workload()).fields().entrySet()) {
            all = all.with(field.getKey(), field.getValue().value());
        }
        return entry(EVIDENCE, progress, message, all);
    }

    /** A look that failed. */
    static Entry check(Progress progress, Check check, String detail) {
        return entry(
                CHECK,
                progress,
                "check " + check.name() + " failed: " + detail,
                of(progress.workload())
                        .with("check", check.name())
                        .with("detail", detail)
                        .with("allowed", check.failures()));
    }

    static Entry paused(Progress progress, String by) {
        return entry(
                PAUSED, progress, "paused by " + by, of(progress.workload()).with("by", by));
    }

    static Entry resumed(Progress progress, String by) {
        return entry(
                RESUMED, progress, "resumed by " + by, of(progress.workload()).with("by", by));
    }

    /** @param skipped what did not happen because of it */
    static Entry letGo(Progress progress, String by, String skipped) {
        return entry(
                LET_GO,
                progress,
                "let go on by " + by + "; skipped: " + skipped,
                of(progress.workload()).with("stage", progress.stage()).with("by", by));
    }

    static Entry completed(Progress progress, String why) {
        return entry(
                COMPLETED,
                progress,
                "the rollout is through: " + why,
                of(progress.workload()).with("reason", why));
    }

    static Entry failed(Progress progress, String reason) {
        return entry(
                FAILED,
                progress,
                "the rollout failed, its traffic is taken back: " + reason,
                of(progress.workload()).with("reason", reason));
    }

    static Entry aborted(Progress progress, String by) {
        return entry(
                ABORTED,
                progress,
                "aborted by " + by + ", its traffic is taken back",
                of(progress.workload()).with("reason", "aborted by " + by));
    }

    static Entry superseded(Progress progress, String revision) {
        return over(progress, "superseded by " + Facts.brief(revision));
    }

    /** @param why nobody goes on with it, though it did not turn out bad */
    static Entry over(Progress progress, String why) {
        return entry(SUPERSEDED, progress, why, of(progress.workload()).with("reason", why));
    }

    private static Entry entry(String type, Progress progress, String message, Node.Mapping data) {
        return new Entry(type, progress.application(), progress.workload().toString(), message, data);
    }

    private static Node.Mapping of(ObjectKey workload) {
        return Node.Mapping.EMPTY
                .with("namespace", workload.namespace())
                .with("kind", workload.kind())
                .with("workload", workload.name());
    }
}
