package io.homeostat.target.kubernetes;

import io.homeostat.converge.Completion;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.target.kubernetes.gate.GatedService;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.objects.Declaration;
import io.homeostat.target.kubernetes.objects.Exceptions;
import io.homeostat.target.kubernetes.objects.HealthRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a cluster accepts, as far as it can be told without asking one: any kind of any API. */
public final class KubernetesCompletion implements Completion {

    /** Our annotations, and what each may say. */
    private static final Map<String, List<String>> CHOICES = Map.of(
            GatedService.ANNOTATION, List.of("enabled", "disabled", GatedService.GATEWAY_API),
            Annotations.CONFLICTS, List.of("force"),
            Annotations.REPLACE, List.of("allowed"),
            Annotations.DELETION, List.of("background", "foreground", "orphan", "wait"));

    /** Those that hold conditions. */
    private static final Map<String, Expressions.Over> CONDITIONS = Map.of(
            Annotations.HEALTHY, Expressions.Over.OBJECT,
            Annotations.DEGRADED, Expressions.Over.OBJECT,
            Annotations.IGNORE_WHERE, Expressions.Over.DIFFERENCE);

    @Override
    public List<Problem> check(Document document, Environment environment) {
        List<Problem> problems = new ArrayList<>();
        Node.Mapping annotations = document.metadata().mapping("annotations");
        CHOICES.forEach((name, choices) -> {
            Node value = annotations.get(name);
            if (value != null && !choices.contains(value.toString())) {
                problems.add(Problem.error(value.at(), "bad-value", "'" + value + "' is no value of " + name)
                        .expecting(String.join(" or ", choices)));
            }
        });
        CONDITIONS.forEach((name, over) -> {
            if (annotations.get(name) instanceof Node.Text text) {
                for (String line :
                        text.value().lines().filter(each -> !each.isBlank()).toList()) {
                    Expressions.check(over, new Node.Text(line, text.at()), problems);
                }
            }
        });
        for (String name : List.of(Annotations.DIGEST, Annotations.ENVIRONMENT)) {
            Node own = annotations.get(name);
            if (own != null) {
                problems.add(Problem.error(own.at(), "reserved", name + " is written by homeostat")
                        .suggesting("leave it out"));
            }
        }
        problems.addAll(GatedService.check(document, environment));
        return problems;
    }

    @Override
    public List<Document> expand(Document document, Environment environment) {
        return GatedService.expand(document, environment);
    }

    @Override
    public Document complete(Document document, Environment environment, Snapshot snapshot) {
        List<String> pointers = new ArrayList<>();
        List<String> managers = new ArrayList<>();
        List<String> where = new ArrayList<>();
        for (Environment.Ignored rule : environment.cluster().ignored()) {
            if (rule.concerns(document.key())) {
                pointers.addAll(rule.pointers());
                managers.addAll(rule.managers());
                where.addAll(rule.where());
            }
        }
        Node.Mapping content = Declaration.of(document.key().kind(), document.content());
        for (Environment.HealthRule rule : environment.cluster().health()) {
            if (rule.concerns(document.key())) {
                content = HealthRules.add(content, rule);
            }
        }
        return document.withContent(Exceptions.add(content, pointers, managers, where));
    }
}
