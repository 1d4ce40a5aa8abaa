package io.homeostat.chaos.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.source.Source;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be done, and why the rest cannot. */
class OutsideFaultsTest {

    /** A target that can do nothing, and says why of one. */
    private static final class Nothing implements Faults {
        @Override
        public Set<FaultClass> classes() {
            return Set.of();
        }

        @Override
        public Map<FaultClass, String> reasons() {
            return Map.of(FaultClass.PAUSE, "it cannot");
        }

        @Override
        public List<Victim> instances(ObjectKey workload) {
            return List.of();
        }

        @Override
        public List<Call> calls() {
            return List.of();
        }

        @Override
        public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) {
            return List.of();
        }

        @Override
        public void release(Set<String> holders) {}
    }

    private static OutsideFaults faults(Source source, boolean mayStop) {
        InstantSource clock = InstantSource.system();
        return new OutsideFaults(
                new Nothing(),
                new UnreachableSource(source, clock),
                () -> {},
                new People(),
                url -> url,
                mayStop,
                clock);
    }

    @Test
    void whyTheAgentIsNotStoppedWhereAnotherTakesOverIsSaid(@TempDir Path directory) throws Exception {
        try (Source source = Sources.open(SourceSpec.of(directory.toString()), directory.resolve("mirror"))) {
            said(faults(source, false), faults(source, true));
        }
    }

    private static void said(OutsideFaults onACluster, OutsideFaults alone) {
        assertThat(onACluster.classes()).doesNotContain(FaultClass.AGENT_DOWN);
        assertThat(onACluster.reasons())
                .containsEntry(FaultClass.PAUSE, "it cannot")
                .hasEntrySatisfying(
                        FaultClass.AGENT_DOWN,
                        reason -> assertThat(reason)
                                .contains("another agent takes over")
                                .contains("`apiUnreachable`"));
        assertThat(alone.classes()).contains(FaultClass.AGENT_DOWN);
        assertThat(alone.reasons()).containsOnlyKeys(FaultClass.PAUSE);
    }
}
