package io.homeostat.agent;

import io.homeostat.converge.Facts;
import io.homeostat.converge.Guard.Answer;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Succession;
import io.homeostat.model.Succession.Earlier;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a revision may come to an environment that goes after others. Pure. */
final class Precedence {

    private Precedence() {}

    /**
     * What an earlier environment said last.
     *
     * @param revision that it follows
     * @param unsettled what of it is not so and healthy, in words; null when all is
     * @param since when all of it became so
     * @param trouble why it said nothing; null when it did
     */
    record Heard(
            String revision,
            @Nullable String unsettled,
            Instant since,
            @Nullable String trouble) {

        static Heard nothing(String trouble) {
            return new Heard("", null, Instant.MAX, trouble);
        }

        /** From what {@code GET /api/v1/status} answers. */
        static Heard of(Node.Mapping status) {
            String unsettled = null;
            Instant since = Instant.EPOCH;
            for (Node each : status.sequence("applications")) {
                if (each instanceof Node.Mapping application && unsettled == null) {
                    String state = application.text("state", "");
                    String health = application.mapping("health").text("status", "");
                    boolean isSettled = state.equals("synced") && health.equals("healthy");
                    unsettled = isSettled
                            ? null
                            : application.text("name", "") + " is " + (state.equals("synced") ? health : state);
                    String good = application.text("goodSince", "");
                    since = good.isEmpty() || Instant.parse(good).isBefore(since) ? since : Instant.parse(good);
                }
            }
            return new Heard(status.mapping("source").text("revision", ""), unsettled, since, null);
        }
    }

    /**
     * @param application whose plan it is
     * @param revision that the plan brings
     * @param heard by environment
     */
    static Answer of(
            Succession succession, String application, String revision, Map<String, Heard> heard, Instant now) {
        for (Earlier earlier : succession.after()) {
            Heard said = heard.getOrDefault(earlier.name(), Heard.nothing("it was not asked yet"));
            String name = "environment " + earlier.name();
            String otherwise = "; homeostat confirm " + application + " lets this revision through all the same";
            Instant until = said.since().equals(Instant.MAX)
                    ? said.since()
                    : said.since().plus(succession.hold());
            if (said.trouble() != null) {
                return no(
                        "it is not known whether " + name + " has " + Facts.brief(revision) + ": " + said.trouble()
                                + otherwise,
                        null);
            }
            if (!said.revision().equals(revision)) {
                return no(
                        "waits for " + name + ", which is at "
                                + (said.revision().isEmpty() ? "no revision" : Facts.brief(said.revision()))
                                + otherwise,
                        null);
            }
            if (said.unsettled() != null) {
                return no("waits for " + name + ", where " + said.unsettled() + otherwise, null);
            }
            if (until.isAfter(now)) {
                return no(
                        "waits until " + name + " has held it for " + Durations.format(succession.hold()) + ", at "
                                + until + otherwise,
                        until);
            }
        }
        return new Answer.Yes();
    }

    private static Answer no(String reason, @Nullable Instant until) {
        return new Answer.No(reason, until, true);
    }
}
