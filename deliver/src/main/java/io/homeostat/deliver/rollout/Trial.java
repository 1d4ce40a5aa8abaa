package io.homeostat.deliver.rollout;

import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Tally;
import io.homeostat.deliver.judge.Evidence;
import io.homeostat.deliver.judge.Finding;
import io.homeostat.deliver.judge.Judge;
import io.homeostat.deliver.judge.Outlook;
import io.homeostat.deliver.judge.Phase;
import io.homeostat.deliver.judge.Policy;
import io.homeostat.deliver.judge.Verdict;
import io.homeostat.deliver.rollout.Account.Sample;
import io.homeostat.model.Rollout.Judging;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The evidence in one rollout. Everything since its beginning may show that the new version is worse; only what was seen in a
 * stage may show that the stage is good enough.
 *
 * <p>Counts are taken up from the {@link Account} when an agent comes after another; latencies begin anew then. Not thread-safe.
 */
final class Trial {

    private final Judging judging;
    private final Policy policy;
    private final Judge judge;
    private final Evidence whole;
    private Evidence stage;
    private int number = Integer.MIN_VALUE;
    private @Nullable Verdict wholeVerdict;
    private @Nullable Verdict stageVerdict;
    private Map<String, Arms> before = Map.of();
    private @Nullable Instant lookedAt;
    private @Nullable Instant windowOpened;
    private @Nullable Instant firstRequest;

    Trial(Judging judging, Account known) {
        this.judging = judging;
        this.policy = new Policy(
                judging.alpha(),
                judging.margin(),
                judging.tolerance(),
                judging.acceptable(),
                judging.quantile(),
                judging.latencyMargin(),
                judging.latencyTolerance(),
                judging.latencyAcceptable().toNanos() / 1e9,
                judging.fewest());
        this.judge = Judge.ofEverything(policy);
        this.whole = fresh();
        this.stage = fresh();
        whole.errors().restore(known.errors());
        whole.crashes().restore(known.crashes());
    }

    private Evidence fresh() {
        return new Evidence(policy, judging.burst().toMillis() / 1000.0);
    }

    /** Of one workload. */
    void see(Arms arms, int reached, boolean compared, Instant now) {
        see(Map.of("", arms), reached, compared, now);
    }

    /**
     * Takes in what was counted since the last look.
     *
     * @param all by workload; they share one verdict
     * @param reached the stage
     * @param compared both versions had traffic since then
     */
    void see(Map<String, Arms> all, int reached, boolean compared, Instant now) {
        if (reached != number) {
            number = reached;
            stage = fresh();
            stageVerdict = null;
        }
        Map<String, Arms> last = before;
        Instant lastAt = lookedAt;
        before = Map.copyOf(all);
        lookedAt = now;
        if (lastAt == null || !compared) {
            return;
        }
        double time = (double) now.toEpochMilli() / 1000;
        double seconds = (double) Duration.between(lastAt, now).toMillis() / 1000;
        List<Gains> gains = new ArrayList<>();
        all.forEach((workload, arms) -> {
            Arms earlier = last.get(workload);
            if (earlier != null) {
                gains.add(new Gains(
                        workload, arms, Gain.of(like(earlier), like(arms)), Gain.of(earlier.canary(), arms.canary())));
            }
        });
        if (gains.isEmpty()) {
            return;
        }
        gains.forEach(each -> count(each, time, seconds));
        Instant opened = windowOpened;
        if (opened == null || !opened.plus(judging.burst()).isAfter(now)) {
            whole.endWindow();
            stage.endWindow();
            windowOpened = now;
        }
        if (firstRequest == null
                && gains.stream().anyMatch(each -> each.canary().requests() > 0)) {
            firstRequest = now;
        }
        if (firstRequest != null && !firstRequest.plus(judging.warmup()).isAfter(now)) {
            for (Evidence evidence : List.of(whole, stage)) {
                for (Gains each : gains) {
                    add(evidence, false, time, each.stable().latencies());
                    add(evidence, true, time, each.canary().latencies());
                }
            }
        }
        wholeVerdict = judge.judge(whole, wholeVerdict);
        stageVerdict = judge.judge(stage, stageVerdict);
    }

    private record Gains(String workload, Arms arms, Gain stable, Gain canary) {}

    private void count(Gains gains, double time, double seconds) {
        Gain stable = gains.stable();
        Gain canary = gains.canary();
        Phase errors = new Phase(stable.requests(), canary.requests(), stable.failed(), canary.failed());
        Phase crashes = new Phase(
                seconds * like(gains.arms()).available(),
                seconds * gains.arms().canary().available(),
                stable.crashes(),
                canary.crashes());
        for (Evidence evidence : List.of(whole, stage)) {
            evidence.errors().add(gains.workload(), time, errors);
            evidence.crashes().add(gains.workload(), time, crashes);
        }
    }

    /** What the canary is compared with. */
    private static Arm like(Arms arms) {
        return arms.baseline() == null ? arms.stable() : arms.baseline();
    }

    private static void add(Evidence to, boolean isCanary, double time, Map<Long, Long> micros) {
        micros.forEach((each, count) -> to.addLatency(isCanary, time, (double) each / 1e6, count));
    }

    /** What everything since the beginning shows; null before the first comparison. */
    @Nullable
    Verdict whole() {
        return wholeVerdict;
    }

    /** What this stage shows; null before its first comparison. */
    @Nullable
    Verdict ofStage() {
        return stageVerdict;
    }

    /** How much more traffic would decide this stage; null when that is decided, or no waiting helps. */
    @Nullable
    Outlook outlook() {
        return stageVerdict instanceof Verdict.Inconclusive open ? Outlook.of(stage, policy, open) : null;
    }

    List<Phase> errors() {
        return whole.errors().phases();
    }

    List<Phase> crashes() {
        return whole.crashes().phases();
    }

    /** How strong the evidence is now, by the metric that is nearest to its limit. */
    @Nullable
    Sample sample(int weight, Instant now) {
        Verdict verdict = wholeVerdict;
        if (verdict == null) {
            return null;
        }
        Finding nearest = null;
        for (Finding finding : verdict.findings()) {
            nearest = nearest == null || nearness(finding) > nearness(nearest) ? finding : nearest;
        }
        return nearest == null
                ? null
                : new Sample(
                        now,
                        number,
                        weight,
                        nearest.logE(),
                        -Math.log(nearest.alpha()),
                        nearest.metric(),
                        verdict.word());
    }

    private static double nearness(Finding finding) {
        return finding.logE() / -Math.log(finding.alpha());
    }

    /** What came on top between two looks. */
    private record Gain(double requests, double failed, double crashes, Map<Long, Long> latencies) {

        static Gain of(Arm before, Arm now) {
            double crashes = (double) Math.max(0, now.crashes() - before.crashes());
            Tally last = before.tally();
            Tally tally = now.tally();
            if (last == null || tally == null || !before.version().equals(now.version())) {
                return new Gain(0, 0, crashes, Map.of());
            }
            boolean sameRun = last.run().equals(tally.run());
            Map<Long, Long> latencies = new TreeMap<>();
            tally.latencies().forEach((micros, count) -> {
                long more = count - (sameRun ? last.latencies().getOrDefault(micros, 0L) : 0L);
                if (more > 0) {
                    latencies.put(micros, more);
                }
            });
            return new Gain(
                    (double) Math.max(0, tally.requests() - (sameRun ? last.requests() : 0)),
                    (double) Math.max(0, tally.failed() - (sameRun ? last.failed() : 0)),
                    crashes,
                    latencies);
        }
    }
}
