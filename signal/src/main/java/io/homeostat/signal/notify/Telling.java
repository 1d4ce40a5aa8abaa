package io.homeostat.signal.notify;

import io.homeostat.journal.Event;
import io.homeostat.model.Node;
import io.homeostat.model.slo.Notifier;
import io.homeostat.signal.SignalFacts;
import java.util.List;

/** Which events a notifier tells. Pure. */
final class Telling {

    private Telling() {}

    static boolean isWanted(Notifier notifier, Event event) {
        if (event.type().equals(SignalFacts.NOTIFICATION_FAILED)) {
            return false;
        }
        if (notifier.events().stream().noneMatch(prefix -> event.type().startsWith(prefix))) {
            return false;
        }
        Node.Mapping data = event.data();
        String severity = data.text("severity", "");
        if (!severity.isEmpty()
                && !notifier.severities().isEmpty()
                && !notifier.severities().contains(severity)) {
            return false;
        }
        List<Node> recipients = data.sequence("recipients");
        if (!recipients.isEmpty() && !recipients.contains(Node.Text.of(notifier.name()))) {
            return false;
        }
        return switch (event.type()) {
            // Whether it comes to anything is not known yet: only for those who ask for it by name.
            case SignalFacts.ALERT_PENDING ->
                notifier.events().stream().anyMatch(prefix -> prefix.startsWith("alert.p"));
            case SignalFacts.ALERT_RESOLVED -> data.flag("fired", false) && data.flag("tellEnd", true);
            default -> true;
        };
    }

    /** Two events with the same key say the same. */
    static String key(Event event) {
        return event.type() + " " + event.application() + " " + event.object() + " "
                + event.data().text("alert", event.data().text("slo", event.message()));
    }
}
