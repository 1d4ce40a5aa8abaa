package io.homeostat.console;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What wants to be looked at, most pressing first. Pure. */
final class Attention {

    /**
     * @param link to the evidence, below the root
     * @param since when it began, as ISO 8601; empty when that is not known
     */
    record Item(Tone tone, String subject, String what, String link, String since) {}

    private Attention() {}

    /** What is wrong, or waits for somebody. */
    static List<Item> wrong(Node.Mapping status, Node.Mapping slos) {
        List<Item> items = new ArrayList<>();
        Node.Mapping source = status.mapping("source");
        if (!Fields.text(source, "error").isEmpty()) {
            items.add(new Item(Tone.BAD, "source", Fields.text(source, "error"), "timeline?type=source", ""));
        }
        if (!Fields.text(slos, "error").isEmpty()) {
            items.add(new Item(Tone.WARN, "objectives", Fields.text(slos, "error"), "objectives", ""));
        }
        Fields.objects(status, "applications").forEach(application -> ofApplication(application, items));
        Fields.objects(slos, "slos").forEach(slo -> ofObjective(slo, items));
        items.sort(Comparator.comparing(Item::tone).reversed());
        return items;
    }

    private static void ofApplication(Node.Mapping application, List<Item> items) {
        String name = Fields.text(application, "name");
        String state = Fields.text(application, "state");
        Tone tone = Tone.ofState(state);
        String link = Links.application(name);
        String message = Fields.text(application, "message");
        if (tone == Tone.BAD || tone == Tone.WARN) {
            items.add(new Item(tone, name, words(application, state, message), link, since(application)));
        } else if (Fields.text(application.mapping("health"), "status").equals("degraded")) {
            items.add(new Item(Tone.BAD, name, message.isEmpty() ? "is degraded" : message, link, ""));
        }
    }

    private static String words(Node.Mapping application, String state, String message) {
        return switch (state) {
            case "frozen" -> {
                Node.Mapping freeze = application.mapping("freeze");
                yield "frozen by " + Fields.text(freeze, "owner") + ": " + Fields.text(freeze, "reason");
            }
            case "drifted" ->
                Numbers.counted(application.sequence("drift").size(), "difference") + " nobody asked Git for";
            default -> state + (message.isEmpty() ? "" : ": " + message);
        };
    }

    private static String since(Node.Mapping application) {
        for (String key : List.of("freeze", "hold", "quarantine")) {
            String since = Fields.text(application.mapping(key), "since");
            if (!since.isEmpty()) {
                return since;
            }
        }
        return "";
    }

    private static void ofObjective(Node.Mapping slo, List<Item> items) {
        String name = Fields.text(slo, "name");
        for (Node.Mapping alert : Fields.objects(slo, "alerts")) {
            String state = Fields.text(alert, "state");
            if (state.equals("firing") || state.equals("pending")) {
                items.add(new Item(
                        state.equals("firing") ? Tone.BAD : Tone.WARN,
                        name,
                        "alert " + Fields.text(alert, "name") + " is " + state,
                        Links.objective(name),
                        Fields.text(alert, "since")));
            }
        }
        if (Fields.text(slo, "state").equals("spent")) {
            items.add(new Item(Tone.BAD, name, "its error budget is spent", Links.objective(name), ""));
        }
    }

    /** What is disturbed on purpose now. */
    static List<Item> tested(Node.Mapping experiments) {
        List<Item> items = new ArrayList<>();
        if (!experiments.mapping("halt").isEmpty()) {
            Node.Mapping halt = experiments.mapping("halt");
            String reason = Fields.text(halt, "reason");
            String what = "halted by " + Fields.text(halt, "by") + (reason.isEmpty() ? "" : ": " + reason);
            items.add(new Item(Tone.WARN, "all chaos", what, "chaos", Fields.text(halt, "since")));
        }
        for (Node.Mapping experiment : Fields.objects(experiments, "experiments")) {
            Node.Mapping last = experiment.mapping("last");
            String phase = Fields.text(last, "phase");
            if (!phase.isEmpty()) {
                String name = Fields.text(experiment, "name");
                items.add(new Item(Tone.CHANGING, name, phase, Links.experiment(name), Fields.text(last, "startedAt")));
            }
        }
        return items;
    }

    /** What is on its way: rollouts, and applications that go to another revision. */
    static List<Item> changing(Node.Mapping status, Node.Mapping rollouts) {
        List<Item> items = new ArrayList<>();
        for (Node.Mapping rollout : Fields.objects(rollouts, "rollouts")) {
            if (Fields.text(rollout, "phase").equals("running")) {
                items.add(new Item(
                        rollout.flag("paused", false) ? Tone.WARN : Tone.CHANGING,
                        Fields.text(rollout, "name"),
                        Fields.text(rollout, "message"),
                        Links.rollout(Fields.text(rollout, "name")),
                        Fields.text(rollout, "since")));
            }
        }
        for (Node.Mapping application : Fields.objects(status, "applications")) {
            if (Tone.ofState(Fields.text(application, "state")) == Tone.CHANGING) {
                String message = Fields.text(application, "message");
                String to = Fields.brief(Fields.text(application, "desiredRevision"));
                items.add(new Item(
                        Tone.CHANGING,
                        Fields.text(application, "name"),
                        "goes to " + to + (message.isEmpty() ? "" : ": " + message),
                        Links.application(Fields.text(application, "name")),
                        ""));
            }
        }
        return items;
    }
}
