package io.homeostat.source.git;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.jspecify.annotations.Nullable;

/** Writes to a repository across the network by pushing from the mirror. */
record RemotePublisher(Network network, Repository objects) implements Publisher {

    @Override
    public @Nullable ObjectId tip(String name) throws IOException {
        Optional<ObjectId> tip = network.use(objects, transport -> {
            try (FetchConnection connection = transport.openFetch()) {
                Ref ref = connection.getRef(name);
                if (ref == null || ref.getObjectId() == null) {
                    return Optional.<ObjectId>empty();
                }
                if (!objects.getObjectDatabase().has(ref.getObjectId())) {
                    connection.fetch(NullProgressMonitor.INSTANCE, Set.of(ref), Set.of());
                }
                return Optional.of(ref.getObjectId());
            }
        });
        return tip.orElse(null);
    }

    @Override
    public boolean advance(String name, @Nullable ObjectId from, ObjectId to) throws IOException {
        RemoteRefUpdate update =
                new RemoteRefUpdate(objects, to.name(), to, name, false, null, from == null ? ObjectId.zeroId() : from);
        network.use(objects, transport -> transport.push(NullProgressMonitor.INSTANCE, List.of(update)));
        return switch (update.getStatus()) {
            case OK, UP_TO_DATE -> true;
            case REJECTED_NONFASTFORWARD, REJECTED_REMOTE_CHANGED -> false;
            default -> {
                // Servers have many words for "somebody was quicker"; whether it is so can be seen.
                if (!Objects.equals(tip(name), from)) {
                    yield false;
                }
                throw new Refusal(
                        network.spec().location().text() + " did not take " + Choice.shorten(name) + " ("
                                + (update.getMessage() == null ? update.getStatus() : update.getMessage()) + ")",
                        "allow our user to write there, or turn write-back off");
            }
        };
    }
}
