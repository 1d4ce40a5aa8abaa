package io.homeostat.deliver.recorded;

import io.homeostat.deliver.judge.Evidence;
import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Judge;
import io.homeostat.deliver.judge.Outlook;
import io.homeostat.deliver.judge.Phase;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows recorded rows to the judge in the order recorded, with one look for every second in which something was recorded. */
public final class Replay {

    /**
     * @param policy what counts as worse
     * @param burstWindow in seconds; see {@link Evidence}
     * @param warmup seconds after the canary's first row in which nothing counts, on either arm
     * @param canary name of the canary's arm
     * @param baseline name of the other one; null: whichever comes first that is not the canary
     */
    public record Settings(
            Policy policy,
            double burstWindow,
            double warmup,
            String canary,
            @Nullable String baseline) {}

    /** How strong the evidence was at one time: ln of the largest e-value of any metric. */
    public record Look(double seconds, double logE) {}

    /**
     * @param baseline name of its arm; empty when there was none
     * @param begun time of the first row, in seconds
     * @param since time since which the verdict says what it says
     * @param outlook how much more would decide; null when it is decided, or waiting does not help
     */
    public record Result(
            Verdict verdict,
            String baseline,
            String canary,
            double begun,
            double since,
            @Nullable Outlook outlook,
            List<Look> looks) {}

    private final Settings settings;
    private final Evidence evidence;
    private final Judge judge;
    private final List<Look> looks = new ArrayList<>();
    private @Nullable String baseline;
    private @Nullable Verdict verdict;
    private double begun = Double.NaN;
    private double warmUntil = Double.NaN;
    private double now = Double.NaN;
    private double since = Double.NaN;
    private Phase seen = Phase.NONE;

    public Replay(Settings settings) {
        this.settings = settings;
        this.evidence = new Evidence(settings.policy(), settings.burstWindow());
        this.judge = new Judge(settings.policy());
        this.baseline = settings.baseline();
    }

    /** The next row. Rows of arms that are not compared are passed over. */
    public void accept(Row row) {
        if (Double.isNaN(begun)) {
            begun = row.seconds();
            now = row.seconds();
        } else if (Math.floor(row.seconds()) != Math.floor(now)) {
            show();
            look();
        }
        now = row.seconds();
        boolean canary = row.arm().equals(settings.canary());
        if (canary && Double.isNaN(warmUntil)) {
            warmUntil = row.seconds() + settings.warmup();
        }
        if (!canary && baseline == null) {
            baseline = row.arm();
        }
        if ((!canary && !row.arm().equals(baseline)) || (settings.warmup() > 0 && !(row.seconds() >= warmUntil))) {
            return;
        }
        seen = seen.plus(
                canary ? new Phase(0, row.requests(), 0, row.errors()) : new Phase(row.requests(), 0, row.errors(), 0));
        for (double latency : row.latencies()) {
            evidence.addLatency(canary, row.seconds(), latency, 1);
        }
    }

    /** Nothing more was recorded. */
    public Result finish() {
        show();
        evidence.close();
        Verdict last = look();
        boolean open = last instanceof Verdict.Inconclusive;
        return new Result(
                last,
                baseline == null ? "" : baseline,
                settings.canary(),
                begun,
                since,
                open ? Outlook.of(evidence, settings.policy(), last) : null,
                looks);
    }

    private void show() {
        evidence.errors().add(now, seen);
        seen = Phase.NONE;
    }

    private Verdict look() {
        Verdict next = judge.judge(evidence, verdict);
        if (verdict == null || !verdict.word().equals(next.word())) {
            since = now;
        }
        verdict = next;
        looks.add(new Look(
                now, next.findings().stream().mapToDouble(Finding::logE).max().orElse(0)));
        return next;
    }
}
