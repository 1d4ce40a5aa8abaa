package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Hooks.Decision;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HooksTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final String DIGEST = "this";
    private static final Hook HOOK = Objects.requireNonNull(Hook.of(document("""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: migrate, annotations: {homeostat.io/hook: pre-upgrade}}
            spec: {activeDeadlineSeconds: 60}
            """)));
    private static final Duration LONGEST = HOOK.deadline().plus(Hooks.MARGIN);

    @Test
    void whatWasNeverStartedStarts() {
        assertThat(decide(null, null)).isEqualTo(new Decision.Start());
        assertThat(decide(null, live("another", ""))).isEqualTo(new Decision.Start());
    }

    @Test
    void whatRunsIsWaitedForUntilItsDeadlineAndNoLonger() {
        assertThat(decide(started(0), live(DIGEST, ""))).isEqualTo(new Decision.Wait(LONGEST));
        assertThat(decide(started(74), live(DIGEST, ""))).isEqualTo(new Decision.Wait(Duration.ofSeconds(1)));
        assertThat(decide(started(75), live(DIGEST, "")))
                .isEqualTo(new Decision.Failed("it did not end within 1 min 0 s"));
    }

    @Test
    void itsEndIsTheAnswer() {
        assertThat(decide(started(10), live(DIGEST, ended("Complete", 1)))).isEqualTo(new Decision.Passed());
        assertThat(decide(started(10), live(DIGEST, ended("Failed", 1))))
                .isEqualTo(new Decision.Failed("Failed it is"));
    }

    @Test
    void aJobThatIsGoneIsAnAnswerToo() {
        assertThat(decide(started(1), null)).isEqualTo(new Decision.Failed("it was deleted before its end was seen"));
        assertThat(decide(over(true), null)).isEqualTo(new Decision.Passed());
        assertThat(decide(over(false), null)).isEqualTo(new Decision.Failed("no"));
    }

    @Test
    void whatWasSeenBeforeTheStartIsNotItsEnd() {
        assertThat(decide(started(10), live(DIGEST, ended("Failed", 600)))).isInstanceOf(Decision.Wait.class);
        assertThat(decide(started(10), live("another", ended("Complete", 1)))).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void anAgentThatRemembersNothingAsksTheJob() {
        assertThat(decide(null, live(DIGEST, ended("Complete", 600)))).isEqualTo(new Decision.Passed());
        assertThat(decide(null, live(DIGEST, "startTime: \"2026-11-21T11:59:50Z\"")))
                .isEqualTo(new Decision.Wait(LONGEST.minusSeconds(10)));
        assertThat(decide(null, live(DIGEST, "startTime: \"2026-11-21T11:00:00Z\"")))
                .isEqualTo(new Decision.Start());
        assertThat(decide(null, live(DIGEST, ended("Failed", 600)))).isEqualTo(new Decision.Start());
    }

    /** Whatever is observed and remembered, and whatever happens to the Job in between. */
    @Test
    void nothingSticks() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int trial = 0; trial < 2_000; trial++) {
            HookRun run = null;
            Instant now = NOW;
            int starts = 0;
            Decision decision = new Decision.Start();
            for (int look = 0; look < 200 && !isOver(decision); look++) {
                Live live = random.nextInt(4) == 0
                        ? null
                        : live(
                                random.nextBoolean() ? DIGEST : "another",
                                switch (random.nextInt(6)) {
                                    case 0 -> ended("Complete", random.nextInt(-10, 600));
                                    case 1 -> ended("Failed", random.nextInt(-10, 600));
                                    case 2 -> "startTime: \"" + NOW.minusSeconds(random.nextInt(600)) + "\"";
                                    default -> "";
                                });
                decision = Hooks.decide(HOOK, DIGEST, run, live, now);
                if (decision instanceof Decision.Start) {
                    assertThat(run).as("seed %d: started twice", seed).isNull();
                    run = new HookRun("Job/migrate", now, null, "");
                    starts++;
                }
                now = now.plusSeconds(1 + random.nextInt(10));
            }
            assertThat(isOver(decision))
                    .as("seed %d, trial %d: %s", seed, trial, decision)
                    .isTrue();
            assertThat(starts).as("seed %d", seed).isLessThanOrEqualTo(1);
        }
    }

    private static boolean isOver(Decision decision) {
        return decision instanceof Decision.Passed || decision instanceof Decision.Failed;
    }

    @Test
    void aHookRunsForWhatItIsFor() {
        Hook install = hook("pre-install");
        Hook upgrade = hook("pre-upgrade,post-rollback");

        assertThat(install.runsFor(Cause.CHANGE, true)).isTrue();
        assertThat(install.runsFor(Cause.CHANGE, false)).isFalse();
        assertThat(upgrade.runsFor(Cause.CHANGE, true)).isFalse();
        assertThat(upgrade.runsFor(Cause.CHANGE, false)).isTrue();
        assertThat(upgrade.runsFor(Cause.ROLLBACK, false)).isTrue();
        assertThat(install.runsFor(Cause.REPAIR, true)).isFalse();
        assertThat(hook("test").runsFor(Cause.CHANGE, false)).isTrue();
        assertThat(hook("test").runsFor(Cause.ROLLBACK, false)).isFalse();
    }

    @Test
    void aTestThatIsAPodRunsAsAJobThatEnds() {
        Document test = Hook.complete(document("""
                apiVersion: v1
                kind: Pod
                metadata: {name: ask, annotations: {helm.sh/hook: test-success, homeostat.io/hook-deadline: 90s}}
                spec: {containers: [{name: ask, image: busybox}]}
                """));

        assertThat(test.key().toString()).isEqualTo("Job/ask");
        assertThat(test.key().group()).isEqualTo("batch");
        assertThat(test.spec().integer("activeDeadlineSeconds", 0)).isEqualTo(90);
        assertThat(test.spec().mapping("template").mapping("spec").text("restartPolicy"))
                .isEqualTo("Never");
        assertThat(Hook.wave(test)).isGreaterThan(1_000_000);
        assertThat(Hook.complete(test)).isEqualTo(test);
    }

    @Test
    void aHookIsKeptUntilTheNextAndHasADeadline() {
        Document job = Hook.complete(document("""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install, pre-upgrade", helm.sh/hook-weight: "-5"}}
                spec: {ttlSecondsAfterFinished: 0}
                """));

        assertThat(job.spec().get("ttlSecondsAfterFinished")).isNull();
        assertThat(job.spec().integer("activeDeadlineSeconds", 0)).isEqualTo(600);
        assertThat(Hook.wave(job)).isEqualTo(-1_000_005);
    }

    @Test
    void whatIsNoHookIsLeftAlone() {
        Document job = document("{apiVersion: batch/v1, kind: Job, metadata: {name: plain}}");

        assertThat(Hook.complete(job)).isSameAs(job);
        assertThat(Hook.of(job)).isNull();
        assertThat(Hook.wave(job)).isNull();
    }

    private static Decision decide(@Nullable HookRun run, @Nullable Live live) {
        return Hooks.decide(HOOK, DIGEST, run, live, NOW);
    }

    private static HookRun started(int secondsAgo) {
        return new HookRun("Job/migrate", NOW.minusSeconds(secondsAgo), null, "");
    }

    private static HookRun over(boolean passed) {
        return new HookRun("Job/migrate", NOW, passed, passed ? "" : "no");
    }

    private static String ended(String type, int secondsAgo) {
        return "conditions: [{type: " + type + ", status: \"True\", message: " + type + " it is, lastTransitionTime: \""
                + NOW.minusSeconds(secondsAgo) + "\"}]";
    }

    private static Live live(String digest, String status) {
        Document job =
                document("apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nstatus: {" + status + "}\n");
        return new Live(
                job.key(),
                "shop",
                "revision",
                "migrate.yaml",
                digest,
                job.content().without("status"),
                job.content().mapping("status"),
                List.of());
    }

    private static Hook hook(String phases) {
        return Objects.requireNonNull(Hook.of(
                document("{apiVersion: batch/v1, kind: Job, metadata: {name: a, annotations: {homeostat.io/hook: '"
                        + phases + "'}}}")));
    }

    private static Document document(String yaml) {
        List<Document> documents =
                Documents.parse("a.yaml", yaml.getBytes(StandardCharsets.UTF_8)).documents();
        assertThat(documents).hasSize(1);
        return documents.getFirst();
    }
}
