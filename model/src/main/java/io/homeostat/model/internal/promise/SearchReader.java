package io.homeostat.model.internal.promise;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Axis;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Search;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code search:} of an Experiment. */
final class SearchReader {

    private SearchReader() {}

    /**
     * @param spec without an error in any single field
     * @return null when it does not go together with the faults, which is reported
     */
    static @Nullable Search read(Node.Mapping spec, List<Experiment.Fault> faults, List<Problem> problems) {
        Axis axis = Axis.of(spec.text("axis", ""));
        if (axis == null) {
            return null;
        }
        List<Experiment.Fault> on =
                faults.stream().filter(fault -> !Double.isNaN(axis.of(fault))).toList();
        if (on.size() != 1) {
            problems.add(problem(
                    at(spec, "axis"),
                    "exactly one fault has to say how much of its " + axis.word() + " must be withstood; here "
                            + on.size() + " do" + (axis == Axis.INSTANCES ? " (with percent:)" : "")));
            return null;
        }
        double from = axis.round(decimal(spec, "from", 0));
        double to = axis.round(decimal(spec, "to", 0));
        double required = axis.of(on.getFirst());
        Search search = new Search(
                axis,
                from,
                to,
                spec.integer("precision", 25),
                spec.integer("trials", 40),
                spec.integer("breakingTrials", 12),
                decimal(spec, "errorBudget", 20),
                required);
        if (!(Math.min(from, to) > 0) || Math.max(from, to) > axis.most()) {
            problems.add(problem(
                    at(spec, "from"),
                    "on " + axis.word() + " a search goes through what is more than none and at most "
                            + search.said(axis.most())));
        } else if (!search.isHarder(to, from)) {
            problems.add(problem(
                    at(spec, "to"),
                    "a search goes from what is easier to what is harder: " + search.said(to) + " is not harder than "
                            + search.said(from)));
        } else if (search.isHarder(required, to) || search.isHarder(from, required)) {
            problems.add(problem(
                    at(spec, "from"),
                    "what must be withstood, " + search.said(required) + ", lies outside of what is searched"));
        }
        return search;
    }

    private static double decimal(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    private static Position at(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value == null ? in.at() : value.at();
    }

    private static Problem problem(Position at, String message) {
        return Problem.error(at, "bad-experiment", message);
    }
}
