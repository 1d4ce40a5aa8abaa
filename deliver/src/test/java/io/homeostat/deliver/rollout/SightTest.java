package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic.Arm;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.deliver.rollout.Engine.Shown;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What speaks against a version at once. */
class SightTest {

    private static List<Evidence> evidence(String reason) {
        return List.of(new Evidence("web-1", reason, "web-1 " + reason, null, List.of()));
    }

    private static @Nullable String worse(List<Evidence> stable, List<Evidence> canary, boolean disturbed) {
        Arms arms = new Arms(
                new Arm("old", 2, 2, 0, null, stable),
                new Arm("new", 1, 1, 0, null, canary),
                null,
                new Split(5, 5),
                true);
        return Sight.of(arms, null, Shown.UNDECIDED, null, null, disturbed, Duration.ofMinutes(10))
                .worse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CrashLoopBackOff",
                "OOMKilled",
                "StartError",
                "ErrImagePull",
                "ImagePullBackOff",
                "InvalidImageName",
                "ErrImageNeverPull",
                "CreateContainerConfigError",
                "CreateContainerError",
                "RunContainerError"
            })
    void aSymptomOfTheNewVersionIsOneAtOnce(String reason) {
        assertThat(worse(List.of(), evidence(reason), false)).isEqualTo("web-1 " + reason);
        assertThat(worse(List.of(), evidence(reason), true))
                .as("disturbed on purpose")
                .isNull();
        assertThat(worse(evidence(reason), List.of(), false))
                .as("of the stable version")
                .isNull();
    }

    @Test
    void whatMayStillComeIsNone() {
        assertThat(worse(List.of(), evidence("NotReady"), false)).isNull();
        assertThat(worse(List.of(), evidence("Unschedulable"), false)).isNull();
    }
}
