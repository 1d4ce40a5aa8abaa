package io.homeostat.source.git;

import io.homeostat.source.Source;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.transport.FetchConnection;
import org.jspecify.annotations.Nullable;

/** A repository across the network, over https or ssh. What is brought comes with its history. */
record RemoteUpstream(Network network) implements Upstream {

    RemoteUpstream(SourceSpec spec) {
        this(new Network(spec));
    }

    @Override
    public boolean bringsHistory() {
        return true;
    }

    @Override
    public <T> T ask(Mirror mirror, Question<T> question) throws IOException {
        return network.use(mirror.repository(), transport -> {
            try (FetchConnection connection = transport.openFetch()) {
                return question.of(new Asked(connection));
            }
        });
    }

    /** All that it held is here already, or is not held any more. */
    @Override
    public @Nullable ObjectId named(String name, @Nullable ObjectId followed) {
        return null;
    }

    @Override
    public @Nullable RevCommit recall(ObjectId commit, Mirror mirror) {
        return null;
    }

    @Override
    public void publish(Mirror mirror, Publication publication) throws IOException {
        publication.by(new RemotePublisher(network, mirror.repository()));
    }

    @Override
    public Source.Watch watch(Runnable changed) {
        return () -> {};
    }

    private record Asked(FetchConnection connection) implements Connection {

        @Override
        public @Nullable String head() {
            Ref head = connection.getRef("HEAD");
            return head != null && head.isSymbolic() ? head.getTarget().getName() : null;
        }

        @Override
        public @Nullable ObjectId exact(String name) {
            Ref ref = connection.getRef(name);
            return ref == null ? null : ref.getObjectId();
        }

        @Override
        public SortedMap<String, ObjectId> list(String prefix) {
            SortedMap<String, ObjectId> refs = new TreeMap<>();
            for (Map.Entry<String, Ref> ref : connection.getRefsMap().entrySet()) {
                if (ref.getKey().startsWith(prefix) && ref.getValue().getObjectId() != null) {
                    refs.put(
                            ref.getKey().substring(prefix.length()),
                            ref.getValue().getObjectId());
                }
            }
            return Collections.unmodifiableSortedMap(refs);
        }

        @Override
        public RevCommit bring(ObjectId id, Mirror mirror) throws IOException {
            Ref wanted = new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, id.name(), id);
            try {
                connection.fetch(NullProgressMonitor.INSTANCE, Set.of(wanted), Set.of());
            } catch (TransportException failed) {
                // It cannot be told from the message whether what was sent is broken or what it was to be added to.
                mirror.verify();
                throw failed;
            }
            Optional<RevCommit> brought = mirror.commit(id);
            return brought.isPresent() ? brought.get() : mirror.claimed(id);
        }
    }
}
