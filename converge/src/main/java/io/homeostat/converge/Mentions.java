package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Slo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What Experiments speak of and nobody declares: they are refused when somebody wants to run them. */
final class Mentions {

    private Mentions() {}

    /** @param rendered all of the environment; as long as a part of it cannot be read, no component is said to be missing */
    static List<Problem> undeclared(Promises promises, Collection<Rendered> rendered) {
        Set<String> slos = promises.slos().stream().map(Slo::name).collect(Collectors.toCollection(TreeSet::new));
        Set<String> components = new TreeSet<>();
        rendered.forEach(application -> application
                .declared()
                .forEach(object -> components.add(object.document().key().toString())));
        boolean isWhole = rendered.stream().allMatch(Rendered::isValid);
        List<Problem> undeclared = new ArrayList<>();
        for (Experiment experiment : promises.experiments()) {
            for (Hypothesis.Check check : experiment.hypothesis().checks()) {
                if (check instanceof Hypothesis.Slo slo && !slos.contains(slo.name())) {
                    undeclared.add(dangling(experiment, "asks for the SLO " + slo.name(), slo.name(), slos));
                }
            }
            for (String component : experiment.components()) {
                if (isWhole && !components.contains(component)) {
                    undeclared.add(dangling(experiment, "disturbs " + component, component, components));
                }
            }
        }
        return undeclared;
    }

    private static Problem dangling(Experiment experiment, String does, String what, Set<String> known) {
        return Problem.warning(
                        experiment.at(),
                        "dangling-reference",
                        "the experiment " + experiment.name() + " " + does + ", which nobody declares here")
                .suggesting(Suggestions.didYouMean(what, known));
    }
}
