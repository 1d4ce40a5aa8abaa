package io.homeostat.converge;

import io.homeostat.converge.ApplicationState.Quarantine;
import io.homeostat.converge.History.JournalUnavailable;
import io.homeostat.model.SyncPolicy;
import io.homeostat.source.Source;
import io.homeostat.source.Source.WriteBack;
import io.homeostat.source.SourceException;
import java.util.Comparator;
import java.util.Optional;

/** Tells Git why a revision was taken back, where the policy asks for it. Never in the way of the loop. */
final class WriteBacks {

    private final Source source;
    private final History history;

    WriteBacks(Source source, History history) {
        this.source = source;
        this.history = history;
    }

    void tell(String application, SyncPolicy policy) {
        Optional<Quarantine> newest = history.application(application).quarantines().values().stream()
                .max(Comparator.comparing(Quarantine::since));
        boolean goesBack = policy.writeBack() == SyncPolicy.WriteBack.NOTE
                || (policy.writeBack() == SyncPolicy.WriteBack.REVERT
                        && policy.onFailure() == SyncPolicy.OnFailure.ROLLBACK
                        && history.application(application).lastGood() != null);
        // What was laid over a revision is not in Git, which has nothing to be told of it.
        if (goesBack && newest.isPresent() && !Overlay.isOver(newest.get().revision())) {
            Thread.startVirtualThread(() -> write(application, policy, newest.get()));
        }
    }

    private void write(String application, SyncPolicy policy, Quarantine bad) {
        String text = "homeostat took " + application + " back: " + bad.reason();
        boolean note = policy.writeBack() == SyncPolicy.WriteBack.NOTE;
        try {
            source.writeBack(
                    note ? new WriteBack.Note(bad.revision(), text) : new WriteBack.Revert(bad.revision(), text));
            history.record(Facts.writtenBack(application, bad.revision(), note ? "a note" : "a revert commit"));
        } catch (SourceException refused) {
            tellFailure(application, String.valueOf(refused.getMessage()));
        } catch (JournalUnavailable unwritten) {
            // It is in Git, which is what was asked for.
        }
    }

    private void tellFailure(String application, String reason) {
        try {
            history.record(Facts.writeBackFailed(application, reason));
        } catch (JournalUnavailable unwritten) {
            // There is nowhere left to say it; the quarantine itself is written.
        }
    }
}
