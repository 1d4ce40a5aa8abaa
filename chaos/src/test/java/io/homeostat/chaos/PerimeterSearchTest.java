package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Verdict;
import io.homeostat.chaos.perimeter.Finder;
import io.homeostat.chaos.perimeter.Trial;
import io.homeostat.chaos.perimeter.Trial.Outcome;
import io.homeostat.model.chaos.Axis;
import io.homeostat.model.chaos.Search;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a whole search says in the end, from what its trials showed. */
class PerimeterSearchTest {

    /** 40 ms must be withstood. */
    private static final Search MILLIS = new Search(Axis.LATENCY, 10, 1000, 25, 40, 12, 20, 40);

    private static Course course(double breaks, boolean recovers) {
        List<Trial> trials = new ArrayList<>();
        while (true) {
            switch (Finder.next(MILLIS, trials, 0)) {
                case Finder.Step.Try next
                when next.magnitude() >= breaks ->
                    trials.add(new Trial(next.magnitude(), Outcome.BROKE, "p99", "too slow", recovers));
                case Finder.Step.Try next -> trials.add(new Trial(next.magnitude(), Outcome.HELD, "", "", true));
                case Finder.Step.Done done -> {
                    return PerimeterSearch.course(MILLIS, done.perimeter(), trials, Instant.EPOCH);
                }
            }
        }
    }

    @Test
    void whatDidNotComeBackAfterItsLastTrialHasNotRecovered() {
        assertThat(course(30, true)).returns(Verdict.BROKEN, Course::verdict).returns(true, Course::recovered);
        assertThat(course(30, false))
                .returns(Verdict.BROKEN, Course::verdict)
                .returns(true, Course::steadyBefore)
                .returns(false, Course::recovered);
        assertThat(course(500, false))
                .as("what must be withstood was, and it broke for good at more")
                .returns(Verdict.HELD, Course::verdict)
                .returns(false, Course::recovered);
    }

    @Test
    void whatIsDeclaredOtherwiseIsAnotherThing() {
        Map<String, String> then = Map.of("Deployment/web", "one");
        assertThat(PerimeterSearch.changed(then, Map.of("Deployment/web", "two")))
                .isEqualTo("Deployment/web");
        assertThat(PerimeterSearch.changed(then, then)).isEmpty();
        assertThat(PerimeterSearch.changed(then, Map.of("Deployment/web", "one", "Service/web", "new")))
                .isEmpty();
        assertThat(PerimeterSearch.changed(then, Map.of())).as("nobody knows").isEmpty();
    }
}
