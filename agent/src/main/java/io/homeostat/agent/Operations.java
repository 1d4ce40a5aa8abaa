package io.homeostat.agent;

import io.homeostat.converge.ApplicationState;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Good;
import io.homeostat.converge.ApplicationState.Hold;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Facts;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Revisions;
import io.homeostat.journal.Entry;
import io.homeostat.model.Node;
import io.homeostat.model.Suggestions;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person may ask of the loop. Each request becomes an event, and the loop acts on the event: a request that was
 * answered is not lost when the agent dies. Answers are sentences for people.
 */
final class Operations {

    static final Duration LONGEST_FREEZE = Duration.ofDays(90);

    private final Converger converger;

    Operations(Converger converger) {
        this.converger = converger;
    }

    String sync(@Nullable String application, String by) throws Refusal {
        if (application == null) {
            converger
                    .history()
                    .record(signed(
                            Facts.environment("sync.asked", "a look at the source was asked for", Node.Mapping.EMPTY),
                            by));
            converger.sync();
            return "looking at " + converger.source().location() + " now";
        }
        known(application);
        converger
                .history()
                .record(signed(
                        new Entry("sync.asked", application, "", "a look at it was asked for", Node.Mapping.EMPTY),
                        by));
        converger.sync();
        converger.look(List.of(application));
        return "looking at " + application + " now";
    }

    String freeze(String application, String owner, String reason, Duration length) throws Refusal {
        known(application);
        if (owner.isBlank() || reason.isBlank()) {
            throw Refusal.wrong("a freeze needs an owner and a reason", "--owner NAME --reason \"…\"");
        }
        if (length.isNegative() || length.isZero() || length.compareTo(LONGEST_FREEZE) > 0) {
            throw Refusal.wrong("a freeze lasts between a second and " + LONGEST_FREEZE.toDays() + " days", "--for 2h");
        }
        Instant until = converger.clock().instant().plus(length);
        converger.history().record(Facts.frozen(application, owner, reason, until));
        converger.look(List.of(application));
        return application + " is frozen until " + until + "; replicas are kept alive, nothing else changes it";
    }

    String unfreeze(String application, String by) throws Refusal {
        known(application);
        if (converger.history().application(application).freeze() == null) {
            throw Refusal.conflict(application + " is not frozen", null);
        }
        converger.history().record(Facts.unfrozen(application, "lifted by " + by));
        converger.look(List.of(application));
        return application + " follows Git again";
    }

    String release(String application, String by) throws Refusal {
        known(application);
        if (converger.history().application(application).quarantines().isEmpty()) {
            throw Refusal.conflict(application + " has nothing in quarantine", null);
        }
        converger.history().record(signed(Facts.released(application), by));
        converger.look(List.of(application));
        return "what Git says for " + application + " is tried again";
    }

    String confirm(String application, String by) throws Refusal {
        known(application);
        Hold hold = converger.history().application(application).hold();
        if (hold == null || (hold.deletions().isEmpty() && hold.revision().isEmpty())) {
            throw Refusal.conflict(
                    "nothing of " + application + " waits for a confirmation"
                            + (hold == null ? "" : "; it is held otherwise: " + hold.reason()),
                    null);
        }
        converger.history().record(signed(Facts.confirmed(application, hold), by));
        converger.look(List.of(application));
        return "confirmed for " + application + ": " + Facts.confirmation(hold);
    }

    /** Goes back to a revision and keeps what Git says now out. */
    String rollback(String application, @Nullable String to, String by) throws Refusal, IOException {
        known(application);
        ApplicationState state = converger.history().application(application);
        Revisions.Revision head = converger.revisions().head();
        Rendered now = head == null ? null : head.rendering().application(application);
        if (head == null || now == null || !now.isValid()) {
            throw Refusal.conflict(
                    "the newest revision does not say what " + application + " is, so there is nothing to go back from",
                    "homeostat why " + application);
        }
        Good target = to == null ? previous(state, now) : chosen(application, to);
        if (target == null) {
            throw Refusal.conflict(
                    "there is no earlier good revision of " + application + " to go back to",
                    "homeostat history --application " + application);
        }
        if (now.digest().equals(target.digest())) {
            throw Refusal.conflict(
                    Facts.brief(target.revision()) + " is what Git says now; there is nothing to go back from", null);
        }
        if (state.quarantines().containsKey(target.digest())) {
            throw Refusal.conflict(
                    Facts.brief(target.revision()) + " is in quarantine itself", "homeostat release " + application);
        }
        // In this order an agent that dies in between goes back to what was asked for, or not at all.
        converger.history().record(signed(Facts.goodChosen(application, target.revision(), target.digest()), by));
        converger
                .history()
                .record(Facts.quarantined(
                        application, head.snapshot().revision(), now.digest(), "rolled back by " + by, true, false));
        converger.look(List.of(application));
        return application + " goes back to " + Facts.brief(target.revision());
    }

    /** The same, and who wanted it. */
    private static Entry signed(Entry entry, String by) {
        return new Entry(
                entry.type(),
                entry.application(),
                entry.object(),
                entry.message() + " (by " + by + ")",
                entry.data().with("by", by));
    }

    /** The newest good revision that differs from what runs. */
    private static @Nullable Good previous(ApplicationState state, Rendered now) {
        Attempt attempt = state.attempt();
        for (Good good : state.goods()) {
            boolean isNow = good.digest().equals(now.digest());
            boolean runs = attempt != null && good.digest().equals(attempt.digest());
            if (!isNow && !runs && !state.quarantines().containsKey(good.digest())) {
                return good;
            }
        }
        return null;
    }

    private Good chosen(String application, String to) throws Refusal {
        ApplicationState state = converger.history().application(application);
        for (Good good : state.goods()) {
            if (good.revision().startsWith(to) || Facts.brief(good.revision()).equals(to)) {
                return good;
            }
        }
        try {
            String revision = converger.source().revision(to);
            Rendered rendered = converger.revisions().at(revision).rendering().application(application);
            if (rendered == null || !rendered.isValid()) {
                throw Refusal.conflict(application + " is not declared, or not valid, in " + to, null);
            }
            return new Good(revision, rendered.digest(), converger.clock().instant());
        } catch (IOException | SourceException unknown) {
            throw Refusal.unknown(
                    "revision '" + to + "' is not held here: " + unknown.getMessage(),
                    "homeostat history --application " + application);
        }
    }

    private void known(String application) throws Refusal {
        List<String> names = converger.names();
        if (!names.contains(application)) {
            String similar = Suggestions.didYouMean(application, names);
            throw Refusal.unknown(
                    "there is no application '" + application + "'",
                    similar != null ? similar : "there are: " + String.join(", ", names));
        }
    }
}
