package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.journal.Entry;
import io.homeostat.model.Documents;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Slo;
import io.homeostat.signal.source.Calls;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the journal says of a run that does not come to its own end. */
class RunTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    /** A web of two instances that is always as it should be. */
    private static final class Quiet implements Surroundings {
        @Override
        public List<Experiment> declared() {
            return List.of();
        }

        @Override
        public String revision() {
            return "r1";
        }

        @Override
        public List<Calendar> calendars() {
            return List.of();
        }

        @Override
        public List<Exclusion> exclusions() {
            return List.of();
        }

        @Override
        public List<Extension> extensions() {
            return List.of();
        }

        @Override
        public List<Slo> slos() {
            return List.of();
        }

        @Override
        public Node.Mapping signals() {
            Node.Mapping web = Node.Mapping.EMPTY.with("ready", 2).with("wanted", 2);
            return Node.Mapping.EMPTY
                    .with("slo", Node.Mapping.EMPTY)
                    .with("edge", Node.Mapping.EMPTY)
                    .with("workload", Node.Mapping.EMPTY.with("web", web))
                    .with("application", Node.Mapping.EMPTY);
        }

        @Override
        public Map<String, Component> components() {
            return Map.of(
                    WEB.toString(),
                    new Component(
                            WEB, "d", "shop", false, 1, Set.of(), null, null, null, Node.Mapping.EMPTY, Set.of()));
        }

        @Override
        public List<String> objections(String experiment, Set<String> components) {
            return List.of();
        }

        @Override
        public Set<String> alerts(Set<String> components) {
            return Set.of();
        }

        @Override
        public Map<String, Double> budgets(Set<String> components) {
            return Map.of();
        }

        @Override
        public String resolve(String url) {
            return url;
        }
    }

    /** Every fault is there as soon as it is wanted. */
    private static final class AtOnce implements Faults {
        private final boolean undoes;
        private volatile List<Fault> held = List.of();
        private volatile boolean impossible;

        AtOnce(boolean undoes) {
            this.undoes = undoes;
        }

        @Override
        public Set<FaultClass> classes() {
            return EnumSet.allOf(FaultClass.class);
        }

        @Override
        public List<Victim> instances(ObjectKey workload) {
            return List.of(new Victim("web-1", true), new Victim("web-2", true));
        }

        @Override
        public List<Call> calls() {
            return List.of();
        }

        @Override
        public List<State> hold(String holder, Duration heartbeat, List<Fault> faults) throws IOException {
            if (faults.isEmpty() && !undoes) {
                throw new NotUndone("somebody holds on to it");
            }
            if (impossible && !faults.isEmpty()) {
                throw new IOException(
                        "it could not begin",
                        new Impossible(new Place.OnInstance(WEB, "web-1", "main"), "main has no shell"));
            }
            held = faults;
            return faults.stream()
                    .map(fault -> new State(fault.id(), true, true, "seen"))
                    .toList();
        }

        @Override
        public void release(Set<String> holders) {
            held = List.of();
        }
    }

    private final BlockingQueue<Entry> journal = new LinkedBlockingQueue<>();

    private static Experiment experiment() {
        Documents.Parsed parsed = Documents.parse("x.yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: x}
                spec:
                  owner: ann
                  hypothesis: {probes: [{name: ready, cel: "workload['web'].ready >= 1"}], every: 50ms, steady: 100ms}
                  faults: [{pause: {workload: web}}]
                  duration: 10m
                """.getBytes(StandardCharsets.UTF_8));
        Promises promises = Promises.read(parsed.documents(), parsed.problems());
        assertThat(promises.problems()).isEmpty();
        return promises.experiments().getFirst();
    }

    private Thread begin(AtOnce faults) {
        Preflight.Plan plan = new Preflight.Plan(
                List.of(new Faults.Fault(
                        "pause",
                        new Faults.Place.OnInstance(WEB, "web-1"),
                        experiment().faults().getFirst().effect(),
                        Duration.ofMinutes(10))),
                Map.of(),
                Map.of(),
                List.of());
        Run run = new Run(
                "x-1",
                experiment(),
                plan,
                faults,
                new Quiet(),
                new Sources(Calls.NONE, key -> null),
                journal::add,
                InstantSource.system());
        return Thread.ofVirtual().start(run::live);
    }

    private @Nullable Entry await(String type) throws InterruptedException {
        while (true) {
            Entry next = journal.poll(30, TimeUnit.SECONDS);
            if (next == null || next.type().equals(type)) {
                return next;
            }
        }
    }

    @Test
    void theEndOfTheAgentInTheMiddleIsToldLikeAnyOther() throws InterruptedException {
        AtOnce faults = new AtOnce(true);
        Thread run = begin(faults);
        assertThat(await(ChaosFacts.OBSERVED)).isNotNull();
        run.interrupt();
        run.join();
        assertThat(faults.held).isEmpty();
        assertThat(journal.stream().map(Entry::type).filter(type -> !type.equals(ChaosFacts.PHASE)))
                .containsExactly(ChaosFacts.UNDONE, ChaosFacts.ENDED);
    }

    @Test
    void whatCouldNotBeUndoneIsNotSaidToBe() throws InterruptedException {
        Thread run = begin(new AtOnce(false));
        assertThat(await(ChaosFacts.OBSERVED)).isNotNull();
        run.interrupt();
        run.join();
        assertThat(journal.stream().map(Entry::type)).doesNotContain(ChaosFacts.UNDONE);
        Entry ended = await(ChaosFacts.ENDED);
        assertThat(ended).isNotNull();
        assertThat(ended == null ? "" : ended.message()).contains("end by themselves", "somebody holds on to it");
    }

    @Test
    void whatCanNeverBeDoneThereIsWrittenDown() throws InterruptedException {
        AtOnce faults = new AtOnce(true);
        faults.impossible = true;
        begin(faults).join();
        Entry ended = await(ChaosFacts.ENDED);
        assertThat(ended).isNotNull();
        assertThat(ended == null ? "" : Json.write(ended.data()))
                .contains("\"verdict\":\"inconclusive\"")
                .contains("\"refused\":[{\"target\":\"Deployment/web\",\"class\":\"pause\",\"container\":\"main\"");
    }

    @Test
    void whoEndsBeforeAnythingWasDoneHasNothingToUndo() throws InterruptedException {
        Thread run = begin(new AtOnce(true));
        assertThat(await(ChaosFacts.PHASE)).isNotNull();
        run.interrupt();
        run.join();
        assertThat(journal.stream().map(Entry::type).filter(type -> !type.equals(ChaosFacts.PHASE)))
                .containsExactly(ChaosFacts.ENDED);
    }
}
