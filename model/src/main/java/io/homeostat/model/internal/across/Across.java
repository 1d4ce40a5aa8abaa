package io.homeostat.model.internal.across;

import io.homeostat.model.Application;
import io.homeostat.model.Applications;
import io.homeostat.model.Document;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All checks over all documents. */
public final class Across {
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.at().file())
            .thenComparingInt(problem -> problem.at().line())
            .thenComparingInt(problem -> problem.at().column());

    private Across() {}

    public static List<Problem> check(List<Document> documents, List<Application> applications) {
        List<Problem> problems = new ArrayList<>();
        duplicates(documents, problems);
        Index index = new Index(documents);
        for (Index.Workload workload : index.workloads()) {
            new References(index, workload.document().key().namespace(), problems).check(workload.spec());
        }
        ServiceReferences services = new ServiceReferences(index, problems);
        for (Document document : documents) {
            ObjectKey key = document.key();
            if (key.kind().equals("Service") && key.group().isEmpty()) {
                services.service(document);
            } else if (key.kind().equals("StatefulSet") && key.group().equals("apps")) {
                services.governing(document);
            }
        }
        new Dependencies(applications, problems).check();
        problems.sort(BY_PLACE);
        return List.copyOf(problems);
    }

    private static void duplicates(List<Document> documents, List<Problem> problems) {
        Map<ObjectKey, Document> first = new HashMap<>();
        for (Document document : documents) {
            Document before = first.putIfAbsent(document.key(), document);
            if (before != null && !Applications.isOne(document)) {
                problems.add(Problem.error(
                                document.at(),
                                "duplicate-object",
                                document.key() + " is declared twice, first at " + before.at())
                        .suggesting("remove or rename one of them"));
            }
        }
    }
}
