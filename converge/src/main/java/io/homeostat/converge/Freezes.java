package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Freeze;
import java.time.Instant;

/** Holds everything, whatever the cause, while an application is frozen: nobody changes it. */
final class Freezes implements Guard {

    private final History history;

    Freezes(History history) {
        this.history = history;
    }

    @Override
    public String name() {
        return "freeze";
    }

    @Override
    public Answer ask(Plan plan, Step.Cause cause, Instant now) {
        Answer answer = ask(plan.application(), now);
        for (Step step : plan.steps()) {
            if (answer instanceof Answer.Yes && step instanceof Step.Move move) {
                answer = ask(move.fromApplication(), now);
            }
        }
        return answer;
    }

    private Answer ask(String application, Instant now) {
        Freeze freeze = history.application(application).freeze();
        return freeze != null && freeze.holds(now)
                ? new Answer.No(
                        "frozen by " + freeze.owner() + " until " + freeze.until() + ": " + freeze.reason()
                                + "; to end it now: homeostat unfreeze " + application,
                        freeze.until())
                : new Answer.Yes();
    }
}
