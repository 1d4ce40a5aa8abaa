package io.homeostat.deliver.rollout;

import io.homeostat.converge.Traffic.Arms;
import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Outlook;
import io.homeostat.deliver.judge.Verdict;
import io.homeostat.deliver.judge.VerdictView;
import io.homeostat.deliver.rollout.Account.Sample;
import io.homeostat.deliver.rollout.Book.Page;
import io.homeostat.deliver.rollout.Engine.Shown;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Hears the evidence of each rollout on its way, and writes down now and then how it stands: when the verdict changes, and
 * otherwise often enough for a picture. Safe for use by many threads.
 */
final class Courts {

    private static final Duration AT_LEAST = Duration.ofSeconds(5);
    private static final int IN_A_STAGE = 30;

    /** Of the way to the limit: evidence only grows, so these are few. */
    private static final double GROWTH = 1.0 / 12;

    private record Open(Instant startedAt, Trial trial) {}

    /**
     * @param worse why the new version is worse, with its numbers; null when that is not shown
     * @param shown what this stage shows
     */
    record Heard(@Nullable String worse, Shown shown) {}

    private static final Heard NOTHING = new Heard(null, Shown.NOTHING_ASKED);

    private final Book book;
    private final Map<ObjectKey, Open> open = new HashMap<>();

    Courts(Book book) {
        this.book = book;
    }

    /** @param disturbed somebody disturbs them on purpose, and hardly both alike: what is counted meanwhile says nothing */
    synchronized Heard hear(Rollout rollout, Page page, Members members, boolean disturbed, Instant now) {
        Progress progress = page.progress();
        if (rollout.judging() == null || !progress.isRunning()) {
            open.remove(progress.workload());
            return NOTHING;
        }
        Open known = open.get(progress.workload());
        if (known == null || !known.startedAt().equals(progress.startedAt())) {
            known = new Open(progress.startedAt(), new Trial(rollout.judging(), page.account()));
            open.put(progress.workload(), known);
        }
        Arms arms = members.together();
        int weight = arms.split() == null ? 100 : arms.split().weight();
        boolean compared = arms.split() != null && arms.split().isCompared();
        Trial trial = known.trial();
        Map<String, Arms> each = new HashMap<>();
        members.arms().forEach((workload, its) -> each.put(workload.toString(), its));
        trial.see(each, progress.stage(), compared && !disturbed, now);
        if (!compared) {
            return NOTHING;
        }
        write(rollout, page, trial, weight, now);
        return new Heard(trial.whole() instanceof Verdict.Fail fail ? reason(fail) : null, shown(trial.ofStage()));
    }

    private static Shown shown(@Nullable Verdict verdict) {
        return switch (verdict) {
            case null -> Shown.NO_DATA;
            case Verdict.NoData _ -> Shown.NO_DATA;
            case Verdict.Pass _ -> Shown.GOOD;
            case Verdict.Inconclusive _, Verdict.Fail _ -> Shown.UNDECIDED;
        };
    }

    private static String reason(Verdict.Fail fail) {
        return fail.findings().stream()
                .filter(finding -> finding.decision() == Finding.Decision.WORSE)
                .map(Finding::inWords)
                .collect(Collectors.joining("; ", "worse than the baseline: ", ""));
    }

    private void write(Rollout rollout, Page page, Trial trial, int weight, Instant now) {
        Verdict verdict = trial.whole();
        Sample sample = trial.sample(weight, now);
        if (verdict == null || sample == null) {
            return;
        }
        Progress progress = page.progress();
        List<Sample> samples = page.account().samples();
        Sample last = samples.isEmpty() ? null : samples.getLast();
        int at = Math.clamp(progress.stage(), 0, rollout.stages().size() - 1);
        Duration every = rollout.stages().get(at).hold().dividedBy(IN_A_STAGE);
        every = every.compareTo(AT_LEAST) < 0 ? AT_LEAST : every;
        boolean isDue = last == null
                || !last.verdict().equals(sample.verdict())
                || last.stage() != sample.stage()
                || sample.part() - last.part() >= GROWTH
                || !last.at().plus(every).isAfter(now);
        if (isDue) {
            Outlook outlook = trial.outlook();
            Node.Mapping view = VerdictView.of(verdict);
            Verdict stage = trial.ofStage();
            if (stage != null) {
                view = view.with("stage", stage.word()).with("stageReason", stage.reason());
            }
            if (outlook != null) {
                view = view.with("outlook", VerdictView.of(outlook));
            }
            String message = verdict.word() + ": " + verdict.reason();
            book.record(RolloutFacts.evidence(
                    progress, message, Account.data(sample, view, trial.errors(), trial.crashes())));
        }
    }
}
