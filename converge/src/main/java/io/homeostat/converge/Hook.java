package io.homeostat.converge;

import io.homeostat.converge.Step.Cause;
import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Job that runs once for each change, before it or after it, and has to end well: Helm's hooks and tests, with Helm's words.
 * Any document may be one; charts bring them along.
 *
 * <p>It always ends. A hook without {@code activeDeadlineSeconds} gets one; {@code ttlSecondsAfterFinished} is left out, so that
 * how it ended can still be seen when an agent comes back late.
 *
 * @param weight lower ones first, among those of the same phase
 * @param deadline how long it may take from its start
 */
record Hook(Set<Phase> phases, int weight, Duration deadline) {

    /** Annotation with one or more {@link Phase}s, as in Helm's own. */
    static final String HOOK = "homeostat.io/hook";

    /** Annotation with a duration, for a Job without {@code activeDeadlineSeconds}. */
    static final String DEADLINE = "homeostat.io/hook-deadline";

    /** Annotation that we write: for which content of the whole application it runs. */
    static final String RUN = "homeostat.io/hook-run";

    static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

    private static final String HELM = "helm.sh/hook";
    private static final String HELM_WEIGHT = "helm.sh/hook-weight";
    private static final int PRE_WAVE = -1_000_000;
    private static final int POST_WAVE = 1_000_000;
    private static final int TEST_WAVE = 2_000_000;
    private static final int HEAVIEST = 400_000;

    enum Phase {
        PRE_INSTALL,
        PRE_UPGRADE,
        PRE_ROLLBACK,
        PRE_DELETE,
        POST_INSTALL,
        POST_UPGRADE,
        POST_ROLLBACK,
        POST_DELETE,
        TEST;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static @Nullable Phase of(String word) {
            for (Phase phase : values()) {
                if (phase.word().equals(word)) {
                    return phase;
                }
            }
            // Helm 2's words for tests.
            return word.equals("test-success") ? TEST : null;
        }
    }

    /** The hook that an object is; null for everything else. */
    static @Nullable Hook of(Document document) {
        return of(document.key(), document.content());
    }

    /** The same of an object as a target holds it. */
    static @Nullable Hook of(ObjectKey key, Node.Mapping content) {
        Hook hook = read(content.mapping("metadata").mapping("annotations"), content.mapping("spec"));
        return hook != null && isJob(key) ? hook : null;
    }

    private static boolean isJob(ObjectKey key) {
        return key.kind().equals("Job") && key.group().equals("batch");
    }

    private static @Nullable Hook read(Node.Mapping annotations, Node.Mapping spec) {
        String words = annotations.text(HOOK, annotations.text(HELM, ""));
        EnumSet<Phase> phases = EnumSet.noneOf(Phase.class);
        for (String word : words.split(",")) {
            Phase phase = Phase.of(word.strip());
            if (phase != null) {
                phases.add(phase);
            }
        }
        if (phases.isEmpty()) {
            return null;
        }
        Duration asked = Durations.parse(annotations.text(DEADLINE, ""));
        int seconds = spec.integer("activeDeadlineSeconds", 0);
        Duration deadline = seconds > 0 ? Duration.ofSeconds(seconds) : asked == null ? DEFAULT_DEADLINE : asked;
        return new Hook(phases, weight(annotations.text(HELM_WEIGHT, "0")), deadline);
    }

    private static int weight(String text) {
        try {
            return Math.clamp(Integer.parseInt(text.strip()), -HEAVIEST, HEAVIEST);
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /** Of a document that is a hook or comes along with one: its wave; null for everything else. */
    static @Nullable Integer wave(Document document) {
        Hook hook = read(document.metadata().mapping("annotations"), document.spec());
        return hook == null ? null : hook.wave();
    }

    private int wave() {
        boolean isPre = phases.stream().anyMatch(phase -> phase.name().startsWith("PRE_"));
        boolean isPost = phases.stream().anyMatch(phase -> phase.name().startsWith("POST_"));
        return (isPre ? PRE_WAVE : isPost ? POST_WAVE : TEST_WAVE) + weight;
    }

    /** Whether it is only for a deletion: what leaves Git is deleted without asking anybody. */
    static boolean isOnlyForDeletion(Document document) {
        Hook hook = read(document.metadata().mapping("annotations"), document.spec());
        return hook != null && EnumSet.of(Phase.PRE_DELETE, Phase.POST_DELETE).containsAll(hook.phases);
    }

    /** @param isFirst nothing of the application was good before */
    boolean runsFor(Cause cause, boolean isFirst) {
        return switch (cause) {
            case CHANGE ->
                phases.contains(Phase.TEST)
                        || (isFirst
                                ? phases.contains(Phase.PRE_INSTALL) || phases.contains(Phase.POST_INSTALL)
                                : phases.contains(Phase.PRE_UPGRADE) || phases.contains(Phase.POST_UPGRADE));
            case ROLLBACK -> phases.contains(Phase.PRE_ROLLBACK) || phases.contains(Phase.POST_ROLLBACK);
            case REPAIR, PRUNE -> false;
        };
    }

    /** As it is run: a Job, with a deadline, that stays until the next one. Everything else is as it was. */
    static Document complete(Document document) {
        if (read(document.metadata().mapping("annotations"), document.spec()) == null) {
            return document;
        }
        Document job =
                document.key().kind().equals("Pod") && document.key().group().isEmpty() ? job(document) : document;
        Hook hook = of(job);
        if (hook == null) {
            return job;
        }
        Node.Mapping spec = job.spec()
                .with("activeDeadlineSeconds", Math.max(1, hook.deadline.toSeconds()))
                .without("ttlSecondsAfterFinished");
        return job.withContent(job.content().with("spec", spec));
    }

    /** Tests of charts are Pods; a Pod that is gone says nothing, a Job does. */
    private static Document job(Document pod) {
        Node.Mapping podSpec = pod.spec();
        if (!"OnFailure".equals(podSpec.text("restartPolicy"))) {
            podSpec = podSpec.with("restartPolicy", "Never");
        }
        Node.Mapping template = Node.Mapping.EMPTY
                .with("metadata", pod.metadata().without("name").without("namespace"))
                .with("spec", podSpec);
        Node.Mapping content = pod.content()
                .with("apiVersion", "batch/v1")
                .with("kind", "Job")
                .with("spec", Node.Mapping.EMPTY.with("backoffLimit", 0).with("template", template));
        ObjectKey key = pod.key();
        return new Document(new ObjectKey("batch", "Job", key.namespace(), key.name()), "batch/v1", content);
    }

    /** The Job for one content of its application, so that it runs anew for the next. */
    static Document stamped(Document hook, String applicationDigest) {
        Node.Mapping metadata = hook.metadata();
        Node.Mapping annotations = metadata.mapping("annotations")
                .with(RUN, new Node.Text(applicationDigest.substring(0, 12), Position.NONE));
        return hook.withContent(hook.content().with("metadata", metadata.with("annotations", annotations)));
    }
}
