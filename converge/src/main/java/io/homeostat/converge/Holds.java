package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Hold;
import io.homeostat.converge.Step.Cause;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the guards, and tells the journal when something begins to hold an application, what changes about it, and its end. */
final class Holds {

    private final List<Guard> guards;
    private final History history;
    private final InstantSource clock;

    Holds(List<Guard> guards, History history, InstantSource clock) {
        this.guards = List.copyOf(guards);
        this.history = history;
        this.clock = clock;
    }

    /** The first guard's no, written down if it is news; null when the plan may go. */
    Guard.Answer.@Nullable No ask(Plan plan, Cause cause) {
        Hold known = history.application(plan.application()).hold();
        Guard.Answer.No no = mayNot(plan, cause);
        if (no != null) {
            boolean isForPeople = no.until() == null || no.confirmable();
            List<String> deletions = isForPeople ? PruneLimit.deletions(plan) : List.of();
            String revision = no.confirmable() ? plan.revision() : "";
            boolean isNews = known == null
                    || known.confirmed()
                    || !known.reason().equals(no.reason())
                    || !known.deletions().equals(deletions)
                    || !known.revision().equals(revision);
            if (isNews) {
                history.record(Facts.held(plan.application(), no.reason(), deletions, revision));
            }
        } else if (known != null && !(known.confirmed() && PlanSummary.count(plan) > 0)) {
            history.record(Facts.unheld(plan.application()));
        }
        return no;
    }

    /** As {@link #ask}, without a word to the journal. A plan with nothing to do needs no leave. */
    Guard.Answer.@Nullable No mayNot(Plan plan, Cause cause) {
        if (PlanSummary.count(plan) > 0) {
            for (Guard guard : guards) {
                if (guard.ask(plan, cause, clock.instant()) instanceof Guard.Answer.No no) {
                    return no;
                }
            }
        }
        return null;
    }

    /** Every guard's answer, by its name. */
    Map<String, Guard.Answer> answers(Plan plan, Cause cause) {
        Map<String, Guard.Answer> answers = new LinkedHashMap<>();
        guards.forEach(guard -> answers.put(guard.name(), guard.ask(plan, cause, clock.instant())));
        return answers;
    }
}
