package io.homeostat.deliver.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static final List<Simulation.Step> STEPS =
            List.of(new Simulation.Step(0.05, 300), new Simulation.Step(0.5, 300));

    @Test
    void aWorseCanaryIsFoundSoonerTheWorseItIs() {
        Simulation simulation = new Simulation(STEPS, 200, 0.001, 0.01, 1, 0, 60, 1);
        Simulation.Outcome equal = simulation.of(1);
        Simulation.Outcome five = simulation.of(5);
        Simulation.Outcome ten = simulation.of(10);

        assertThat(equal.found()).isLessThanOrEqualTo(2);
        assertThat(equal.median()).isInfinite();
        assertThat(ten.found()).isEqualTo(60);
        assertThat(ten.median()).isLessThan(five.median()).isBetween(20.0, 80.0);
        assertThat(ten.late()).isGreaterThan(ten.median());
        assertThat(ten.failed()).isGreaterThan(ten.avoidable()).isLessThan(20);
    }

    @Test
    void aStepWithoutTrafficFindsNothingAndCostsNothing() {
        Simulation.Step none = new Simulation.Step(0, 60);
        Simulation.Outcome alone = new Simulation(List.of(none), 200, 0.001, 0.01, 1, 0, 20, 1).of(10);
        Simulation.Outcome before =
                new Simulation(List.of(none, STEPS.getLast()), 200, 0.001, 0.01, 1, 0, 20, 1).of(10);

        assertThat(alone.found()).isZero();
        assertThat(alone.failed()).isZero();
        assertThat(before.found()).isEqualTo(20);
        assertThat(before.median()).isGreaterThan(60);
    }

    @Test
    void theSameSeedGivesTheSameAnswer() {
        Simulation simulation = new Simulation(STEPS, 50, 0.01, 0.01, 1, 0, 20, 42);

        assertThat(simulation.of(3)).isEqualTo(simulation.of(3));
    }

    @Test
    void burstsNeedAWindowOrTheyDeceive() {
        Simulation each = new Simulation(STEPS, 200, 0.01, 0.01, 20, 0, 60, 7);
        Simulation windowed = new Simulation(STEPS, 200, 0.01, 0.01, 20, 1, 60, 7);

        assertThat(each.of(1).found()).isGreaterThan(10);
        assertThat(windowed.of(1).found()).isLessThanOrEqualTo(3);
    }
}
