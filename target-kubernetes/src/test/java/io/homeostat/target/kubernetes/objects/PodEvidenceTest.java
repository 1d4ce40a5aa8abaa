package io.homeostat.target.kubernetes.objects;

import static io.homeostat.target.kubernetes.objects.Yamls.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.kubernetes.objects.PodEvidence.Finding;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pod's own status says is wrong with it. */
class PodEvidenceTest {

    private static final Instant ENDED = Instant.parse("2026-11-21T12:00:00Z");

    private static List<Finding> findings(String container, Instant now) {
        return PodEvidence.of(tree("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web-1}
                status:
                  containerStatuses:
                    - {name: web, restartCount: 1, %s}
                """.formatted(container)), now);
    }

    private static String runningAfter(String reason, boolean ready) {
        return "ready: " + ready + ", state: {running: {startedAt: '2026-11-21T12:00:01Z'}}, lastState: {terminated:"
                + " {exitCode: 137, reason: " + reason + ", finishedAt: '2026-11-21T12:00:00Z'}}";
    }

    @Test
    void whatTookTooMuchMemoryIsSaidAlsoWhenItRunsAgain() {
        for (boolean ready : List.of(true, false)) {
            Finding finding = findings(runningAfter("OOMKilled", ready), ENDED.plusSeconds(1))
                    .getFirst();
            assertThat(finding.reason()).isEqualTo("OOMKilled");
            assertThat(finding.exitCode()).isEqualTo(137);
            assertThat(finding.hasEnded()).as("the lines of the run before").isTrue();
            assertThat(finding.isStuck()).as("it may go on for days").isFalse();
        }
    }

    @Test
    void whatWentOnSinceThenIsOver() {
        assertThat(findings(runningAfter("OOMKilled", true), ENDED.plusSeconds(30)))
                .isEmpty();
        assertThat(findings(runningAfter("Error", true), ENDED.plusSeconds(1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ErrImageNeverPull", "CreateContainerError", "RunContainerError", "CrashLoopBackOff"})
    void whatNoWaitingMendsIsStuck(String reason) {
        List<Finding> findings = findings("state: {waiting: {reason: " + reason + ", message: cannot}}", ENDED);

        assertThat(findings).hasSize(1).allMatch(Finding::isStuck);
        assertThat(findings.getFirst().evidence(List.of()).isStuck()).isTrue();
    }
}
