package io.homeostat.signal;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.homeostat.converge.History;
import io.homeostat.journal.Event;
import io.homeostat.journal.FileJournal;
import io.homeostat.signal.source.Calls;
import io.homeostat.signal.source.Sources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole loop but for its timer, on a clock of its own: real journal, real store, a service whose calls are counted. */
class SignalsTest {

    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    @TempDir
    Path directory;

    private Instant now = START;
    private long requests;
    private long failed;
    private long copies;
    private boolean reachable = true;
    private final Declared declared = new Declared();
    private FileJournal journal;
    private Signals signals;

    private static String slo(String window, double target) {
        return """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: calls}
            spec:
              service: web
              indicator:
                metadata: {name: calls}
                spec: {ratioMetric: {rawType: success, raw: {metricSource: {type: homeostat, spec: {service: web}}}}}
              timeWindow: [{duration: %s, isRolling: true}]
              budgetingMethod: Occurrences
              objectives: [{target: %s}]
            """.formatted(window, target);
    }

    @BeforeEach
    void open() throws IOException {
        journal = FileJournal.open(directory.resolve("journal"), () -> now);
        Recollection past = new Recollection();
        History history = History.open(journal, past::take);
        Calls calls = () -> {
            if (!reachable) {
                throw new IOException("the gate is away");
            }
            return List.of(
                    new Calls.Edge("shop", "web", "1", "run", requests, failed, List.of(), List.of(requests), 0),
                    new Calls.Edge(
                            Calls.Edge.MIRROR, "web", "2", "run", copies, copies, List.of(), List.of(copies), 0));
        };
        signals = Signals.open(
                directory.resolve("signal"),
                history,
                declared,
                new Sources(calls, key -> null),
                () -> now,
                past,
                () -> {});
    }

    @AfterEach
    void close() throws IOException {
        signals.close();
        journal.close();
    }

    private void look(long more, long bad) throws Exception {
        requests += more;
        failed += bad;
        now = now.plusSeconds(10);
        signals.tick();
    }

    @Test
    void theHistoryOfABudgetIsWhatItSaidThen() throws Exception {
        declared.commit(slo("1h", 0.99));
        look(0, 0);
        List<Double> said = new ArrayList<>();
        for (int i = 0; i < 180; i++) {
            look(100, i / 20 == 4 ? 10 : 0);
            said.add(requireNonNull(signals.views().get("calls")).budget().remaining());
        }

        BudgetHistory history = requireNonNull(signals.history("calls"));

        assertThat(history.step()).isEqualTo(Duration.ofSeconds(75));
        assertThat(history.points()).hasSize(48);
        assertThat(history.points().getLast().at()).isEqualTo(now);
        assertThat(history.points().getLast().remaining()).isEqualTo(said.getLast());
        int known = 0;
        for (BudgetHistory.Point point : history.points()) {
            double looks = Duration.between(START, point.at()).toSeconds() / 10.0 - 2;
            if (looks >= 0) {
                int last = (int) looks;
                assertThat(point.remaining())
                        .as("at " + point.at())
                        .isBetween(
                                Math.min(said.get(last), said.get(Math.min(179, last + 1))) - 1e-9,
                                Math.max(said.get(last), said.get(Math.max(0, last - 1))) + 1e-9);
                known++;
            }
        }
        assertThat(known).isGreaterThan(20);
        assertThat(history.points().stream()
                        .mapToDouble(BudgetHistory.Point::burnRate)
                        .filter(rate -> rate > 5))
                .as("it burned while it burned, for 200 s")
                .hasSizeBetween(2, 4);
        assertThat(signals.history("another")).isNull();
    }

    /** Random traffic over an hour, an agent that is started anew at random, and the sums worked out apart. */
    @Test
    void theBudgetIsWhatTheEventsSay() throws Exception {
        long seed = Long.getLong("homeostat.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        declared.commit(slo("1h", 0.99));
        look(0, 0);
        long[] all = new long[500];
        long[] bad = new long[500];
        for (int i = 0; i < 500; i++) {
            all[i] = random.nextLong(100);
            bad[i] = random.nextInt(5) == 0 ? random.nextLong(all[i] + 1) / 10 : 0;
            look(all[i], bad[i]);
            if (random.nextInt(100) == 0) {
                close();
                open();
                signals.tick();
            }
        }
        double expectedAll = 0;
        double expectedBad = 0;
        for (int i = 500 - 360; i < 500; i++) {
            expectedAll += all[i];
            expectedBad += bad[i];
        }
        SloView view = view();
        assertThat(view.parts().getFirst().evidence().all()).as("seed %d", seed).isEqualTo(expectedAll);
        assertThat(view.parts().getFirst().evidence().bad()).as("seed %d", seed).isEqualTo(expectedBad);
        assertThat(view.budget().remaining())
                .as("seed %d", seed)
                .isCloseTo(1 - expectedBad / (0.01 * expectedAll), within(1e-9));
    }

    /** The same for slices of time: each minute's events are added up apart, and so is what each minute spends. */
    @ParameterizedTest
    @ValueSource(strings = {"Timeslices", "RatioTimeslices"})
    void theBudgetIsWhatTheEventsOfEachMinuteSay(String method) throws Exception {
        long seed = Long.getLong("homeostat.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String slices = method.equals("Timeslices") ? "timeSliceTarget: 0.95, " : "";
        declared.commit(slo("1h", 0.99)
                .replace("Occurrences", method)
                .replace("{target:", "{" + slices + "timeSliceWindow: 1m, target:"));
        look(0, 0);
        TreeMap<Long, long[]> minutes = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            boolean quiet = i / 30 % 5 == 2;
            long more = quiet ? 0 : random.nextLong(100);
            long bad = random.nextInt(8) == 0 ? random.nextLong(more + 1) / 3 : 0;
            // What a reading adds belongs to the minute in which it is made.
            long[] minute = minutes.computeIfAbsent(now.plusSeconds(10).getEpochSecond() / 60, first -> new long[2]);
            minute[0] += more;
            minute[1] += bad;
            look(more, bad);
        }
        double spent = 0;
        double withData = 0;
        long whole = now.getEpochSecond() / 60;
        for (long[] minute : minutes.subMap(Math.ceilDiv(now.getEpochSecond() - 3600, 60L), whole)
                .values()) {
            if (minute[0] > 0) {
                double share = (double) minute[1] / minute[0];
                spent += method.equals("Timeslices") ? (share > 0.05 ? 1 : 0) : share;
                withData++;
            }
        }
        SloView view = view();
        assertThat(view.parts().getFirst().evidence().all()).as("seed %d", seed).isEqualTo(withData);
        assertThat(view.budget().spent()).as("seed %d", seed).isCloseTo(spent, within(1e-9));
        assertThat(view.budget().remaining()).as("seed %d", seed).isCloseTo(1 - spent / (0.01 * 60), within(1e-9));
    }

    @Test
    void whatBecomesOfCopiesIsNoMatterForAPromise() throws Exception {
        declared.commit(slo("1h", 0.99));
        look(0, 0);
        for (int i = 0; i < 10; i++) {
            copies += 100;
            look(100, 0);
        }
        assertThat(view().parts().getFirst().evidence().all()).isEqualTo(1_000);
        assertThat(view().budget().remaining()).isEqualTo(1);
    }

    @Test
    void aFastBurnFiresWithinAMinuteAndIsResolvedWhenItEnds() throws Exception {
        declared.commit(slo("30d", 0.999));
        for (int i = 0; i < 360; i++) {
            look(100, 0);
        }
        assertThat(types()).containsExactly("objectives.accepted");
        int looks = 0;
        while (!fired().contains("burn-1h")) {
            look(100, 50);
            looks++;
            assertThat(looks).as("looks until it fires").isLessThanOrEqualTo(12);
        }
        // 14.4 · 0.1 % = 1.44 % of an hour's 36,000 requests are 518 failures, at 50 a look: the eleventh.
        assertThat(looks).isEqualTo(11);
        close();
        open();
        look(100, 0);
        assertThat(types()).as("it goes on firing under the next agent").doesNotContain("alert.resolved");
        for (int i = 0; i < 31; i++) {
            look(100, 0);
        }
        assertThat(events("alert.resolved"))
                .anySatisfy(event -> assertThat(event.data().text("name")).isEqualTo("burn-1h"));
    }

    @Test
    void aBlipInTheFirstMinutesOfAnObjectiveCallsNobody() throws Exception {
        declared.commit(slo("30d", 0.999));
        look(100, 0);
        look(100, 20);
        for (int i = 0; i < 360; i++) {
            look(100, 0);
        }
        assertThat(types()).doesNotContain("alert.firing");
    }

    @Test
    void whatIsDownFromItsBirthCallsWhenThatShareOfTheBudgetIsSpent() throws Exception {
        declared.commit(slo("30d", 0.99));
        look(100, 100);
        int looks = 1;
        while (!fired().contains("burn-1h")) {
            look(100, 100);
            looks++;
            assertThat(looks).as("looks until it fires").isLessThanOrEqualTo(100);
        }
        // It burns 100 times too fast, so 2 % of the budget is gone after 14.4 / 100 of an hour: 518.4 s, 52 looks.
        assertThat(looks).isBetween(51, 58);
    }

    @Test
    void withLittleTrafficOneFailureCallsNobody() throws Exception {
        declared.commit(slo("30d", 0.999));
        look(0, 0);
        for (int i = 0; i < 60; i++) {
            look(i % 30 == 0 ? 1 : 0, i == 30 ? 1 : 0);
        }
        assertThat(view().budget().remaining()).isNegative();
        assertThat(types()).doesNotContain("alert.firing", "alert.pending");
    }

    @Test
    void aSourceThatDoesNotAnswerSpendsNothingAndMovesNoAlert() throws Exception {
        declared.commit(slo("1h", 0.9));
        for (int i = 0; i < 10; i++) {
            look(100, 100);
        }
        assertThat(types()).contains("alert.firing", "budget.exhausted");
        double before = view().budget().remaining();
        reachable = false;
        for (int i = 0; i < 20; i++) {
            look(0, 0);
        }
        assertThat(view().budget().remaining()).isEqualTo(before);
        assertThat(view().parts().getFirst().noData()).isEqualTo("the gate is away");
        assertThat(types()).containsOnlyOnce("indicator.lost").doesNotContain("alert.resolved");
        reachable = true;
        look(100, 0);
        assertThat(types()).contains("indicator.back");
    }

    @Test
    void aBudgetComesBackWhenWhatSpentItIsPast() throws Exception {
        declared.commit(slo("1h", 0.9));
        look(0, 0);
        look(100, 50);
        assertThat(types()).contains("budget.exhausted");
        for (int i = 0; i < 361; i++) {
            look(10, 0);
        }
        assertThat(types()).contains("budget.restored");
    }

    @Test
    void aMistakeLeavesTheLastGoodObjectiveInForce() throws Exception {
        declared.commit(slo("1h", 0.9));
        look(10, 0);
        declared.commit(slo("1h", 0.9).replace("Occurrences", "Guesses"));
        look(10, 5);
        assertThat(view().budget().indicator()).isEqualTo(0.5);
        assertThat(events("objectives.invalid").getFirst().message()).contains("slo.yaml:10:20", "last good");
        look(10, 5);
        assertThat(events("objectives.invalid")).hasSize(1);
        declared.commit("");
        look(10, 0);
        assertThat(signals.views()).isEmpty();
    }

    private SloView view() {
        return requireNonNull(signals.views().get("calls"));
    }

    private List<Event> events(String type) throws IOException {
        List<Event> events = new ArrayList<>();
        journal.read(0, event -> {
            if (event.type().equals(type)) {
                events.add(event);
            }
            return true;
        });
        return events;
    }

    private List<String> fired() throws IOException {
        return events("alert.firing").stream()
                .map(event -> event.data().text("name", ""))
                .toList();
    }

    private List<String> types() throws IOException {
        List<String> types = new ArrayList<>();
        journal.read(0, event -> types.add(event.type()));
        return types;
    }

    /** The first reading of a counter only says where it stands. */
    @Test
    void thereAreDataFromTheSecondReadingOn() throws Exception {
        declared.commit(slo("28d", 0.999));
        look(1, 0);
        assertThat(view().window().length()).isEqualTo(Duration.ofDays(28));
        assertThat(view().word()).isEqualTo("no data");
        look(1, 0);
        assertThat(view().word()).isEqualTo("kept");
    }
}
