package io.homeostat.model.slo;

import io.homeostat.model.Position;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * {@code kind: Policy}: what is held when a budget is spent.
 *
 * @param slos whose budgets count; {@code *} stands for all
 * @param applications that are held; {@code *} stands for all
 * @param remaining share of the budget, 0 for none, at or below which changes are held
 */
public record BudgetPolicy(
        String name,
        Set<String> slos,
        Set<String> applications,
        double remaining,
        Set<Mark> allow,
        List<Exemption> exceptions,
        Position at) {

    public static final String ALL = "*";

    /** What a commit says of itself. */
    public enum Mark {
        FIX,
        ROLLBACK,
        SECURITY
    }

    /** Changes that go all the same, on somebody's word, until a moment. */
    public record Exemption(String owner, String reason, Instant until, Set<String> applications) {}

    public boolean isAbout(String slo) {
        return slos.contains(ALL) || slos.contains(slo);
    }

    public boolean holds(String application) {
        return applications.contains(ALL) || applications.contains(application);
    }
}
