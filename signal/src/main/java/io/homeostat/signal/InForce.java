package io.homeostat.signal;

import io.homeostat.converge.History;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.BudgetPolicy;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Slo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The promises that hold now. A revision without a mistake in them replaces them all; one with mistakes adds what it says well
 * and leaves the rest as it was, in this process and, by the journal, in the next.
 */
final class InForce {

    private final Declarations declarations;
    private final History history;
    private @Nullable String taken;
    private String accepted;
    private String refused;
    private volatile Promises promises = Promises.NONE;

    /**
     * @param accepted the revision whose promises the journal says were last taken over; empty when none were
     * @param refused the revision whose promises it says were last refused
     */
    InForce(Declarations declarations, History history, String accepted, String refused) {
        this.declarations = declarations;
        this.history = history;
        this.accepted = accepted;
        this.refused = refused;
    }

    Promises promises() {
        return promises;
    }

    /** Looks at the newest revision. */
    synchronized Promises update() {
        Declarations.Head head = declarations.head();
        if (head == null || head.revision().equals(taken)) {
            return promises;
        }
        Promises next = head.promises();
        if (!next.hasErrors()) {
            boolean isNews = !promises.equals(next) && !head.revision().equals(accepted);
            boolean isAny = !next.slos().isEmpty() || !promises.slos().isEmpty();
            promises = next;
            if (isNews && isAny) {
                history.record(SignalFacts.accepted(head.revision(), next.slos().size()));
                accepted = head.revision();
            }
        } else {
            Promises last = taken == null ? lastGood() : promises;
            promises = merged(next, last);
            if (!head.revision().equals(refused)) {
                history.record(SignalFacts.invalid(
                        head.revision(),
                        next.problems().stream().filter(Problem::isError).toList()));
                refused = head.revision();
            }
        }
        taken = head.revision();
        return promises;
    }

    private Promises lastGood() {
        try {
            return accepted.isEmpty() ? Promises.NONE : declarations.at(accepted);
        } catch (IOException notHeld) {
            return Promises.NONE;
        }
    }

    private static Promises merged(Promises next, Promises last) {
        return new Promises(
                union(next.slos(), last.slos(), Slo::name),
                union(next.policies(), last.policies(), BudgetPolicy::name),
                union(next.notifiers(), last.notifiers(), Notifier::name),
                next.problems());
    }

    private static <T> List<T> union(List<T> next, List<T> last, Function<T, String> name) {
        List<T> all = new ArrayList<>(next);
        Set<String> names = new HashSet<>();
        next.forEach(each -> names.add(name.apply(each)));
        last.stream().filter(each -> names.add(name.apply(each))).forEach(all::add);
        return List.copyOf(all);
    }
}
