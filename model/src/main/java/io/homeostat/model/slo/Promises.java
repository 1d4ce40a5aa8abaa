package io.homeostat.model.slo;

import io.homeostat.model.Document;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.internal.promise.PromiseReader;
import java.util.List;

/**
 * Everything that the promises of an environment say.
 *
 * @param rollouts those with an error as well, which hold what they are about; at the end those of which nothing could be read
 * @param calendars those with an error as well, which let nothing be disturbed
 * @param problems all that is wrong with them; what has an error is not among the others
 */
public record Promises(
        List<Slo> slos,
        List<BudgetPolicy> policies,
        List<Notifier> notifiers,
        List<Rollout> rollouts,
        List<Experiment> experiments,
        List<Calendar> calendars,
        List<Exclusion> exclusions,
        List<Extension> extensions,
        List<Problem> problems) {

    public static final Promises NONE = new Promises(List.of(), List.of(), List.of(), List.of());

    /** Without rollouts and what is said of experiments. */
    public Promises(List<Slo> slos, List<BudgetPolicy> policies, List<Notifier> notifiers, List<Problem> problems) {
        this(slos, policies, notifiers, List.of(), List.of(), List.of(), List.of(), List.of(), problems);
    }

    /**
     * Puts everything that is referred to in its place.
     *
     * @param found what is wrong with the documents, each seen alone
     */
    public static Promises read(List<Document> documents, List<Problem> found) {
        return read(documents, found, List.of());
    }

    /** @param unread what stands in files that could not be read in whole: a Rollout or a Calendar there still holds */
    public static Promises read(List<Document> documents, List<Problem> found, List<Unread> unread) {
        return PromiseReader.read(documents, found, unread);
    }

    /** A document of this kind stands where this mistake keeps it from being read. */
    public record Unread(String kind, Problem why) {
        public String message() {
            return "a " + kind + " cannot be read: " + why;
        }
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }
}
