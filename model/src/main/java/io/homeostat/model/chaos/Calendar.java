package io.homeostat.model.chaos;

import io.homeostat.model.Rollout.Hours;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Calendar}: when nothing may be disturbed on purpose, whoever asks. What runs then is ended.
 *
 * @param experiments their names; {@code *} stands for all
 * @param hours only then; null: at any hour
 * @param budgetFloor percent of each error budget concerned that has to be left
 * @param error what is wrong with the document, with its place; null when nothing is. One that is wrong may have forbidden
 *     anything, so it forbids everything
 */
public record Calendar(
        String name,
        List<String> experiments,
        @Nullable Hours hours,
        List<Blackout> blackouts,
        double budgetFloor,
        @Nullable String error) {

    /** @param to excluded */
    public record Blackout(Instant from, Instant to, String reason) {
        public boolean holds(Instant time) {
            return !time.isBefore(from) && time.isBefore(to);
        }
    }

    public boolean concerns(String experiment) {
        return experiments.contains("*") || experiments.contains(experiment);
    }
}
