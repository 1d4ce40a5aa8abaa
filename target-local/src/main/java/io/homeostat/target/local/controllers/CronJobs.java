package io.homeostat.target.local.controllers;

import io.homeostat.converge.Digests;
import io.homeostat.model.CronSchedule;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.control.CronRun;
import io.homeostat.target.local.control.JobRun;
import io.homeostat.target.local.objects.StoredObject;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** CronJobs. What happens is decided in {@link CronRun}; each run is a Job of its own, which Git does not know. */
public final class CronJobs implements Controller {

    /** How a CronJob's Jobs come and go. */
    public interface Children {
        void create(StoredObject job) throws IOException;

        void delete(ObjectKey job) throws IOException;
    }

    private static final String SCHEDULED_AT = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    private final World world;
    private final Children children;

    public CronJobs(World world, Children children) {
        this.world = world;
        this.children = children;
    }

    @Override
    public Node.Mapping reconcile(StoredObject object, boolean act) throws IOException {
        Node.Mapping memo = world.memo().get(object.key());
        boolean sameLife = object.uid().equals(memo.text("uid"));
        Instant remembered = sameLife ? Jobs.time(memo, "lastSchedule") : null;
        Instant last = remembered == null ? object.createdAt() : remembered;
        List<CronRun.Run> runs = runs(object);
        String note = "";
        if (act) {
            CronRun.Spec spec = spec(object.spec());
            if (spec == null) {
                return CronRun.status(runs, null, null).with("message", "its schedule cannot be understood");
            }
            CronRun.Decision decision = CronRun.decide(spec, last, runs, world.now());
            for (CronRun.Action action : decision.actions()) {
                switch (action) {
                    case CronRun.Action.Start start -> children.create(job(object, start.scheduledAt()));
                    case CronRun.Action.Delete delete -> children.delete(jobKey(object, delete.name()));
                }
            }
            // Only now: dying in between starts the same Job, by name, once more, which does nothing.
            last = decision.lastSchedule();
            world.memo()
                    .put(
                            object.key(),
                            Node.Mapping.EMPTY.with("uid", object.uid()).with("lastSchedule", last.toString()));
            if (decision.wakeAt() != null) {
                world.wake().accept(object.key(), decision.wakeAt());
            }
            note = decision.note();
            runs = runs(object);
        }
        if (!note.isEmpty()) {
            world.reports().report("cronjob.missed", object.application(), object.key(), note, Node.Mapping.EMPTY);
        }
        Instant lastSuccess = runs.stream()
                .filter(run -> run.outcome() == JobRun.Outcome.COMPLETE)
                .map(CronRun.Run::scheduledAt)
                .max(Instant::compareTo)
                .orElse(null);
        return CronRun.status(runs, last.equals(object.createdAt()) ? null : last, lastSuccess);
    }

    private List<CronRun.Run> runs(StoredObject cronJob) {
        List<CronRun.Run> runs = new ArrayList<>();
        for (StoredObject child : world.objects().all()) {
            if (isChild(cronJob.key(), child) && !child.deleting()) {
                String scheduled = child.annotation(SCHEDULED_AT);
                runs.add(new CronRun.Run(
                        child.key().name(),
                        scheduled == null ? child.createdAt() : Instant.parse(scheduled),
                        Jobs.state(world, child.key(), child.uid()).outcome()));
            }
        }
        return runs;
    }

    /** A Job that a CronJob made. */
    public static boolean isChild(ObjectKey cronJob, StoredObject object) {
        return cronJob.name().equals(object.parent())
                && cronJob.namespace().equals(object.key().namespace())
                && object.key().kind().equals("Job");
    }

    private StoredObject job(StoredObject cronJob, Instant scheduledAt) {
        Node.Mapping jobTemplate = cronJob.spec().mapping("jobTemplate");
        String name = cronJob.key().name() + "-" + scheduledAt.getEpochSecond() / 60;
        Node.Mapping metadata = jobTemplate
                .mapping("metadata")
                .with("name", name)
                .with("namespace", cronJob.key().namespace())
                .with(
                        "annotations",
                        jobTemplate
                                .mapping("metadata")
                                .mapping("annotations")
                                .with(SCHEDULED_AT, scheduledAt.toString()));
        Node.Mapping content = Node.Mapping.EMPTY
                .with("apiVersion", "batch/v1")
                .with("kind", "Job")
                .with("metadata", metadata)
                .with("spec", jobTemplate.mapping("spec"));
        return new StoredObject(
                jobKey(cronJob, name),
                cronJob.uid() + "-" + scheduledAt.getEpochSecond() / 60,
                cronJob.application(),
                cronJob.revision(),
                cronJob.origin(),
                Digests.of(content),
                content,
                cronJob.images(),
                world.now(),
                false,
                cronJob.key().name());
    }

    private static ObjectKey jobKey(StoredObject cronJob, String name) {
        return new ObjectKey("batch", "Job", cronJob.key().namespace(), name);
    }

    /** Null when schedule or zone mean nothing; they were checked when they came from Git. */
    private static CronRun.@Nullable Spec spec(Node.Mapping spec) {
        CronSchedule schedule = CronSchedule.parse(spec.text("schedule", ""));
        if (schedule == null) {
            return null;
        }
        String name = spec.text("timeZone", "");
        ZoneId zone;
        try {
            zone = name.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return null;
        }
        Integer deadline = spec.get("startingDeadlineSeconds") instanceof Node.Numeric number
                ? Integer.valueOf(number.value().intValue())
                : null;
        return new CronRun.Spec(
                schedule,
                zone,
                CronRun.Concurrency.valueOf(
                        spec.text("concurrencyPolicy", "Allow").toUpperCase(Locale.ROOT)),
                deadline == null ? null : Duration.ofSeconds(deadline),
                spec.flag("suspend", false),
                Math.max(0, spec.integer("successfulJobsHistoryLimit", 3)),
                Math.max(0, spec.integer("failedJobsHistoryLimit", 1)));
    }
}
