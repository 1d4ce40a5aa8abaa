package io.homeostat.model.slo;

import io.homeostat.model.Document;
import io.homeostat.model.Problem;
import io.homeostat.model.internal.promise.PromiseReader;
import java.util.List;

/**
 * Everything that the promises of an environment say.
 *
 * @param problems all that is wrong with them; what has an error is not among the rest
 */
public record Promises(List<Slo> slos, List<BudgetPolicy> policies, List<Notifier> notifiers, List<Problem> problems) {

    public static final Promises NONE = new Promises(List.of(), List.of(), List.of(), List.of());

    /**
     * Puts everything that is referred to in its place.
     *
     * @param found what is wrong with the documents, each seen alone
     */
    public static Promises read(List<Document> documents, List<Problem> found) {
        return PromiseReader.read(documents, found);
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }
}
