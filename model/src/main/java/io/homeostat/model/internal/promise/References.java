package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.slo.BudgetPolicy;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.Slo;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Names of ours that stand for something that must be there. */
final class References {

    private References() {}

    static void check(Library library, List<Slo> slos, List<Notifier> notifiers, List<Problem> problems) {
        Set<String> declared = library.sound().stream()
                .filter(document -> document.key().kind().equals("SLO"))
                .map(document -> document.key().name())
                .collect(Collectors.toCollection(TreeSet::new));
        for (Document document : library.sound()) {
            if (document.key().kind().equals("Policy")) {
                for (Node name : document.spec().mapping("onBudgetExhausted").sequence("slos")) {
                    if (!declared.contains(name.toString()) && !name.toString().equals(BudgetPolicy.ALL)) {
                        problems.add(Problem.error(name.at(), "dangling-reference", "there is no SLO '" + name + "'")
                                .suggesting(Suggestions.didYouMean(name.toString(), declared)));
                    }
                }
            }
        }
        Set<String> known = notifiers.stream().map(Notifier::name).collect(Collectors.toSet());
        for (Slo slo : slos) {
            if (slo.alerts() == null) {
                continue;
            }
            slo.alerts().stream()
                    .flatMap(policy -> policy.recipients().stream())
                    .filter(recipient -> !known.contains(recipient.target()) && !known.contains(recipient.name()))
                    .forEach(recipient -> problems.add(Problem.warning(
                                    slo.at(),
                                    "dangling-reference",
                                    "nobody is told through '" + recipient.name() + "': there is no Notifier '"
                                            + recipient.target() + "'")
                            .suggesting(Suggestions.didYouMean(recipient.target(), known))));
        }
    }
}
