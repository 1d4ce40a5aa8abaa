package io.homeostat.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Buttons that change something: small forms, each with its proof, which come back as one POST to {@code do/ACTION}. */
final class Actions {

    private Actions() {}

    /** What else a person has to say for an action. */
    record Asked(String name, String label, String value) {}

    /**
     * @param action a word of the API: {@code freeze}, {@code sync} …
     * @param subject the application or rollout it is about
     * @param warning what to think of first; the button then opens it instead of acting at once
     */
    static void button(
            Html html,
            Visit visit,
            String action,
            String label,
            String subject,
            String back,
            @Nullable String warning,
            List<Asked> asked) {
        if (!visit.may().contains(action)) {
            return;
        }
        boolean opens = warning != null || !asked.isEmpty();
        if (opens) {
            html.open("details", "class", "action", "id", "do-" + action, "name", "action");
            html.with("summary", label, "class", "button");
        }
        html.open("form", "method", "post", "action", visit.root() + "do/" + action, "class", opens ? "sheet" : null);
        html.alone("input", "type", "hidden", "name", "proof", "value", visit.proof());
        html.alone("input", "type", "hidden", "name", "subject", "value", subject);
        html.alone("input", "type", "hidden", "name", "back", "value", back);
        if (warning != null) {
            html.with("p", warning);
        }
        for (Asked each : asked) {
            html.open("label").text(each.label());
            html.alone("input", "name", each.name(), "value", each.value(), "required", "", "autocomplete", "off");
            html.close();
        }
        html.with("button", opens ? label + " " + subject : label, "class", opens ? "sure" : "button");
        html.close();
        if (opens) {
            html.close();
        }
    }

    static void button(Html html, Visit visit, String action, String label, String subject, String back) {
        button(html, visit, action, label, subject, back, null, List.of());
    }
}
