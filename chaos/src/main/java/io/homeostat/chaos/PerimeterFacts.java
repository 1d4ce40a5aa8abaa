package io.homeostat.chaos;

import io.homeostat.chaos.ChaosFacts.Cell;
import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.perimeter.Perimeter;
import io.homeostat.chaos.perimeter.Trial;
import io.homeostat.journal.Entry;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Aim;
import io.homeostat.model.chaos.Axis;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Search;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a search writes into the journal. It begins and ends like a run, and is one as far as everybody else is concerned. */
final class PerimeterFacts {

    static final String TRIAL = "perimeter.trial";

    private PerimeterFacts() {}

    /** @param why it is now; empty when that goes without saying */
    static Entry started(String run, Experiment experiment, Search search, String revision, String by, String why) {
        Experiment.Fault fault = fault(experiment, search);
        return ChaosFacts.entry(
                ChaosFacts.STARTED,
                experiment.name() + " begins to look for what it takes: "
                        + fault.effect().faultClass().word() + " on " + fault.aim() + ", from "
                        + search.said(search.from()) + " to " + search.said(search.to()) + "; "
                        + search.said(search.required()) + " must be withstood",
                ChaosFacts.because(ChaosFacts.data(run, experiment.name()), why)
                        .with("owner", experiment.owner())
                        .with("by", by)
                        .with("revision", revision)
                        .with("components", ChaosFacts.texts(experiment.components()))
                        .with("axis", search.axis().word()));
    }

    static Entry trial(String run, String experiment, Search search, int number, Trial trial) {
        String what = trial.magnitude() == 0 ? "nothing done" : search.said(trial.magnitude());
        String outcome = switch (trial.outcome()) {
            case HELD -> "held";
            case BROKE -> "broke: " + trial.why();
            case NOTHING -> "showed nothing: " + trial.why();
            case ABORTED -> "was aborted: " + trial.why();
        };
        Node.Mapping data = ChaosFacts.data(run, experiment)
                .with("trial", number)
                .with("magnitude", exact(trial.magnitude()))
                .with("outcome", trial.outcome().name().toLowerCase(Locale.ROOT))
                .with("broke", trial.broke())
                .with("recovered", ChaosFacts.flag(trial.recovered()));
        Duration recovery = trial.recovery();
        return ChaosFacts.entry(
                TRIAL,
                experiment + ": trial " + number + ", " + what + ", " + outcome,
                recovery == null ? data : data.with("recoveryMillis", recovery.toMillis()));
    }

    static Entry ended(
            String run,
            Experiment experiment,
            Search search,
            Perimeter found,
            Course course,
            List<Cell> cells,
            Toll toll,
            String revision) {
        Entry plain = ChaosFacts.ended(run, experiment.name(), course, ChaosFacts.Outcome.of(cells, toll));
        Experiment.Fault fault = fault(experiment, search);
        Node.Mapping perimeter = Node.Mapping.EMPTY
                .with("axis", search.axis().word())
                .with("unit", search.axis().unit())
                .with("class", fault.effect().faultClass().word())
                .with("target", target(fault))
                .with("status", found.status().word())
                .with("required", exact(search.required()))
                .with("from", exact(search.from()))
                .with("to", exact(search.to()))
                .with("holds", exact(found.holds()))
                .with("broke", found.broke())
                .with("reason", found.reason())
                .with("mixed", found.mixed())
                .with("trials", found.trials())
                .with("breakingTrials", found.breaking())
                .with("revision", revision);
        if (!Double.isNaN(found.hysteresis())) {
            perimeter = perimeter.with("hysteresis", exact(Math.round(found.hysteresis() * 10) / 10.0));
        }
        Duration recovery = found.recovery();
        perimeter = recovery == null ? perimeter : perimeter.with("recoveryMillis", recovery.toMillis());
        perimeter = Double.isNaN(found.breaks()) ? perimeter : perimeter.with("breaks", exact(found.breaks()));
        perimeter =
                Double.isNaN(found.heldBefore()) ? perimeter : perimeter.with("heldBefore", exact(found.heldBefore()));
        return new Entry(
                plain.type(),
                plain.application(),
                plain.object(),
                plain.message(),
                plain.data().with("perimeter", perimeter));
    }

    /** The one that the search makes stronger. */
    private static Experiment.Fault fault(Experiment experiment, Search search) {
        Axis axis = search.axis();
        return experiment.faults().stream()
                .filter(each -> !Double.isNaN(axis.of(each)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nothing in " + experiment.name() + " has " + axis));
    }

    private static String target(Experiment.Fault fault) {
        return switch (fault.aim()) {
            case Aim.Instances instances -> instances.workload().toString();
            case Aim.Workload whole -> whole.workload().toString();
            case Aim.Outside outside -> outside.what();
            case Aim.Edge edge ->
                (edge.caller().equals(Aim.Edge.ANYBODY) ? "everybody" : edge.caller()) + " → " + edge.callee();
        };
    }

    private static Node exact(double value) {
        return new Node.Numeric(BigDecimal.valueOf(value).stripTrailingZeros(), Position.NONE);
    }
}
