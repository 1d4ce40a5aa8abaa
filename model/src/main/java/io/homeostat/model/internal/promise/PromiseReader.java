package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.slo.BudgetPolicy;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.Promises;
import io.homeostat.model.slo.Promises.Unread;
import io.homeostat.model.slo.Slo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All promises at once. What has an error of its own, or refers to what has one, is reported and left out. */
public final class PromiseReader {

    private PromiseReader() {}

    public static Promises read(List<Document> documents, List<Problem> found, List<Unread> unread) {
        List<Problem> problems = new ArrayList<>(found);
        Library library = new Library(documents, broken(documents, found), problems);
        SloReader slos = new SloReader(library, problems);
        List<Slo> readable = new ArrayList<>();
        List<BudgetPolicy> policies = new ArrayList<>();
        List<Notifier> notifiers = new ArrayList<>();
        List<Experiment> experiments = new ArrayList<>();
        List<Exclusion> exclusions = new ArrayList<>();
        List<Extension> extensions = new ArrayList<>();
        for (Document document : library.sound()) {
            switch (document.key().kind()) {
                case "SLO" -> {
                    Slo slo = slos.read(document);
                    if (slo != null) {
                        readable.add(slo);
                    }
                }
                case "Policy" -> policies.add(PolicyReader.read(document));
                case "Notifier" -> {
                    Notifier notifier = NotifierReader.read(document, problems);
                    if (notifier != null) {
                        notifiers.add(notifier);
                    }
                }
                case "Exclusion" -> {
                    Exclusion exclusion = ExperimentReader.exclusion(document, problems);
                    if (exclusion != null) {
                        exclusions.add(exclusion);
                    }
                }
                case "Extension" -> {
                    Extension extension = ExtensionReader.read(document, problems);
                    if (extension != null) {
                        extensions.add(extension);
                    }
                }
                case "Experiment" -> {
                    Experiment experiment = ExperimentReader.read(document, problems);
                    if (experiment != null) {
                        experiments.add(experiment);
                    }
                }
                default -> {}
            }
        }
        List<Calendar> calendars = ScheduleReader.calendars(library, documents, unread, problems);
        List<Rollout> rollouts = RolloutReader.readAll(library, documents, unread, problems);
        slos.leftOver();
        References.check(library, readable, notifiers, problems);
        problems.sort(Comparator.comparing((Problem problem) -> problem.at().file())
                .thenComparingInt(problem -> problem.at().line())
                .thenComparingInt(problem -> problem.at().column()));
        return new Promises(
                List.copyOf(readable),
                List.copyOf(policies),
                List.copyOf(notifiers),
                rollouts,
                List.copyOf(experiments),
                calendars,
                List.copyOf(exclusions),
                List.copyOf(extensions),
                List.copyOf(problems));
    }

    /** A document is broken when an error lies between its beginning and that of the next in its file. */
    private static Map<Document, Problem> broken(List<Document> documents, List<Problem> found) {
        Map<String, TreeMap<Integer, Document>> byFile = new TreeMap<>();
        documents.forEach(document -> byFile.computeIfAbsent(document.at().file(), file -> new TreeMap<>())
                .put(document.at().line(), document));
        Map<Document, Problem> broken = new HashMap<>();
        for (Problem problem : found) {
            TreeMap<Integer, Document> inFile = byFile.get(problem.at().file());
            var entry = inFile == null ? null : inFile.floorEntry(problem.at().line());
            if (problem.isError() && entry != null) {
                broken.putIfAbsent(entry.getValue(), problem);
            }
        }
        return broken;
    }
}
