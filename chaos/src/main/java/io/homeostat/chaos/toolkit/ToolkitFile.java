package io.homeostat.chaos.toolkit;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One file, checked.
 *
 * @param problems why it cannot be run, one sentence each
 * @param unsupported what it asks for and does not get, one sentence each; it is run all the same
 */
public record ToolkitFile(Node.Mapping content, List<String> problems, List<String> unsupported) {

    static final String HYPOTHESIS = "steady-state-hypothesis";

    private static final Set<String> PROVIDERS = Set.of("http", "process", "python");

    /** Whether it looks like an experiment of the Chaos Toolkit. */
    public static boolean isOne(Node content) {
        return content instanceof Node.Mapping mapping
                && mapping.get("apiVersion") == null
                && mapping.get("method") != null
                && mapping.get("title") != null;
    }

    /**
     * @param environment by which programs are found
     * @param python whether there is an interpreter for functions of Python
     */
    public static ToolkitFile check(Node.Mapping content, Map<String, String> environment, boolean python) {
        return new Check(content, environment, python).check();
    }

    List<Node.Mapping> probes() {
        return activities(content.mapping(HYPOTHESIS), "probes");
    }

    List<Node.Mapping> method() {
        return activities(content, "method");
    }

    List<Node.Mapping> rollbacks() {
        return activities(content, "rollbacks");
    }

    private static List<Node.Mapping> activities(Node.Mapping in, String key) {
        return in.sequence(key).stream()
                .filter(Node.Mapping.class::isInstance)
                .map(Node.Mapping.class::cast)
                .toList();
    }

    /** The one that a reference names; itself, when it is none; null when nothing is called so. */
    Node.@Nullable Mapping resolved(Node.Mapping activity) {
        String name = activity.text("ref");
        if (name == null) {
            return activity;
        }
        List<Node.Mapping> all = new ArrayList<>(probes());
        all.addAll(method());
        all.addAll(rollbacks());
        return all.stream()
                .filter(each ->
                        each.text("ref") == null && each.text("name", "").equals(name))
                .findFirst()
                .orElse(null);
    }

    private static final class Check {
        private final Node.Mapping content;
        private final Map<String, String> environment;
        private final boolean python;
        private final List<String> problems = new ArrayList<>();
        private final List<String> unsupported = new ArrayList<>();

        private Check(Node.Mapping content, Map<String, String> environment, boolean python) {
            this.content = content;
            this.environment = environment;
            this.python = python;
        }

        private ToolkitFile check() {
            for (String key : List.of("title", "description")) {
                if (content.text(key, "").isBlank()) {
                    problems.add("an experiment has a " + key);
                }
            }
            if (!(content.get("method") instanceof Node.Sequence)) {
                problems.add("an experiment has a method, which may be an empty list");
            }
            Node.Mapping hypothesis = content.mapping(HYPOTHESIS);
            if (content.get(HYPOTHESIS) != null && hypothesis.text("title", "").isBlank()) {
                problems.add("the hypothesis has a title");
            }
            controls(content, "the experiment");
            controls(hypothesis, "the hypothesis");
            for (Node.Mapping probe : activities(hypothesis, "probes")) {
                activity(probe, "of the hypothesis");
                if (probe.text("ref") == null) {
                    Node tolerance = probe.get("tolerance");
                    String wrong = tolerance == null
                            ? "a probe of the hypothesis needs a tolerance"
                            : Tolerance.wrong(tolerance);
                    if (wrong != null) {
                        problems.add(name(probe) + ": " + wrong);
                    }
                }
            }
            activities(content, "method").forEach(each -> activity(each, "of the method"));
            activities(content, "rollbacks").forEach(each -> activity(each, "of the rollbacks"));
            return new ToolkitFile(content, List.copyOf(problems), List.copyOf(unsupported));
        }

        private static String name(Node.Mapping activity) {
            return "'" + activity.text("name", "?") + "'";
        }

        private void controls(Node.Mapping of, String what) {
            if (!of.sequence("controls").isEmpty()) {
                unsupported.add("the controls of " + what + " are left out: controls are not supported");
            }
        }

        private void activity(Node.Mapping activity, String where) {
            if (activity.get("ref") != null) {
                if (activity.text("ref", "").isEmpty()) {
                    problems.add("a reference " + where + " names no activity");
                }
                return;
            }
            String name = activity.text("name", "");
            if (name.isEmpty()) {
                problems.add("an activity " + where + " has no name");
            }
            String type = activity.text("type", "");
            if (!type.equals("probe") && !type.equals("action")) {
                problems.add("'" + name + "' is of type '" + type + "'; there are probe and action");
            }
            controls(activity, "'" + name + "'");
            Node.Mapping provider = activity.mapping("provider");
            String by = provider.text("type", "");
            if (!PROVIDERS.contains(by)) {
                problems.add("'" + name + "' has no provider of type http, process or python"
                        + (by.isEmpty() ? "" : " but '" + by + "'"));
                return;
            }
            Map<String, Node> pauses = new HashMap<>();
            activity.mapping("pauses").fields().forEach((key, field) -> pauses.put(key, field.value()));
            pauses.forEach((key, value) -> {
                if (!(value instanceof Node.Numeric)) {
                    problems.add("'" + name + "': the pause " + key + " it is no number of seconds");
                }
            });
            if (activity.get("background") != null && !(activity.get("background") instanceof Node.Bool)) {
                problems.add("'" + name + "': background is true or false");
            }
            if (by.equals("http") && !provider.flag("verify_tls", true)) {
                unsupported.add("'" + name + "' wants certificates unchecked: they are checked all the same");
            }
            switch (by) {
                case "http" -> need(name, provider, "url");
                case "python" -> {
                    need(name, provider, "module");
                    need(name, provider, "func");
                    if (!python) {
                        problems.add("'" + name + "' is a function of Python: say by --python which interpreter has "
                                + provider.text("module", "its module"));
                    }
                }
                default -> {
                    need(name, provider, "path");
                    String path = provider.text("path", "");
                    if (!path.isEmpty() && !path.contains("$") && Providers.executable(path, environment) == null) {
                        problems.add("'" + name + "': path '" + path + "' cannot be found, or may not be run");
                    }
                }
            }
        }

        private void need(String name, Node.Mapping provider, String key) {
            if (provider.text(key, "").isEmpty()) {
                problems.add("'" + name + "': the provider needs its " + key);
            }
        }
    }
}
