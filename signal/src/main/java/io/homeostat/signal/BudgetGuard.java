package io.homeostat.signal;

import io.homeostat.converge.Guard;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Step;
import io.homeostat.model.slo.BudgetPolicy;
import io.homeostat.model.slo.BudgetPolicy.Exemption;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Slo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Changes wait while an error budget is spent: a system that has failed its users enough gets no new risks. What takes a risk
 * back is none: a rollback and a repair are never held, nor a commit that says it is a fix, a revert or about security.
 */
final class BudgetGuard implements Guard {

    private final Supplier<Promises> promises;
    private final ToDoubleFunction<Slo> remaining;
    private final Function<String, String> messages;

    /** @param messages what the commit of a revision says */
    BudgetGuard(Supplier<Promises> promises, ToDoubleFunction<Slo> remaining, Function<String, String> messages) {
        this.promises = promises;
        this.remaining = remaining;
        this.messages = messages;
    }

    @Override
    public String name() {
        return "error budget";
    }

    @Override
    public Answer ask(Plan plan, Step.Cause cause, Instant now) {
        if (cause == Step.Cause.ROLLBACK || cause == Step.Cause.REPAIR) {
            return new Answer.Yes();
        }
        Promises inForce = promises.get();
        for (BudgetPolicy policy : inForce.policies()) {
            List<String> spent = policy.holds(plan.application()) ? spent(policy, inForce.slos()) : List.of();
            if (!spent.isEmpty()
                    && !policy.allow().contains(Marks.of(messages.apply(plan.revision())))
                    && exemption(policy, plan.application(), now) == null) {
                return new Answer.No(reason(policy, spent), null);
            }
        }
        return new Answer.Yes();
    }

    private List<String> spent(BudgetPolicy policy, List<Slo> slos) {
        List<String> spent = new ArrayList<>();
        for (Slo slo : slos) {
            if (policy.isAbout(slo.name()) && remaining.applyAsDouble(slo) <= policy.remaining()) {
                spent.add(slo.name());
            }
        }
        return spent;
    }

    private static @Nullable Exemption exemption(BudgetPolicy policy, String application, Instant now) {
        for (Exemption each : policy.exceptions()) {
            boolean isFor = each.applications().contains(BudgetPolicy.ALL)
                    || each.applications().contains(application);
            if (isFor && now.isBefore(each.until())) {
                return each;
            }
        }
        return null;
    }

    /** The same words as long as the same holds: whoever is held is told once. */
    private static String reason(BudgetPolicy policy, List<String> spent) {
        return "the error budget of " + String.join(", ", spent) + " is spent, and Policy " + policy.name()
                + " holds changes until it is back; commits that begin with fix:, security: or revert: go, as far as it"
                + " allows them; homeostat budget shows it";
    }
}
