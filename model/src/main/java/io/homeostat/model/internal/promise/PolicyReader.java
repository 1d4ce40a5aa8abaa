package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.internal.our.ReliabilityKinds;
import io.homeostat.model.slo.BudgetPolicy;
import io.homeostat.model.slo.BudgetPolicy.Exemption;
import io.homeostat.model.slo.BudgetPolicy.Mark;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code kind: Policy}. */
final class PolicyReader {

    private PolicyReader() {}

    static BudgetPolicy read(Document document) {
        Node.Mapping on = document.spec().mapping("onBudgetExhausted");
        List<Exemption> exceptions = new ArrayList<>();
        for (Node.Mapping each : SloReader.mappings(on, "exceptions")) {
            Instant until = ReliabilityKinds.moment(each.text("until", ""));
            if (until != null) {
                exceptions.add(new Exemption(
                        each.text("owner", ""), each.text("reason", ""), until, words(each, "applications")));
            }
        }
        return new BudgetPolicy(
                document.key().name(),
                words(on, "slos"),
                words(on, "applications"),
                SloReader.number(on, "remainingPercent", 0) / 100,
                marks(on),
                List.copyOf(exceptions),
                document.at());
    }

    private static Set<Mark> marks(Node.Mapping on) {
        if (on.get("allow") == null) {
            return EnumSet.allOf(Mark.class);
        }
        Set<Mark> marks = EnumSet.noneOf(Mark.class);
        on.sequence("allow")
                .forEach(word -> marks.add(Mark.valueOf(word.toString().toUpperCase(Locale.ROOT))));
        return marks;
    }

    private static Set<String> words(Node.Mapping in, String key) {
        Set<String> words = new LinkedHashSet<>();
        in.sequence(key).forEach(word -> words.add(word.toString()));
        return words.isEmpty() ? Set.of(BudgetPolicy.ALL) : words;
    }
}
