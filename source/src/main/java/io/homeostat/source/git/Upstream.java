package io.homeostat.source.git;

import io.homeostat.source.Source;
import java.io.IOException;
import java.util.SortedMap;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.jspecify.annotations.Nullable;

/** The repository that is followed. */
interface Upstream {

    /** Whether a commit is brought with all those before it. */
    boolean bringsHistory();

    /** Everything that is asked at once is asked on one connection. */
    <T> T ask(Mirror mirror, Question<T> question) throws IOException;

    /** Brings a commit that is followed no longer, if that can be done without the network; null when it cannot. */
    @Nullable
    RevCommit recall(ObjectId commit, Mirror mirror) throws IOException;

    /** Finds a commit by what a person calls it, if that can be done without the network; null when it cannot. */
    @Nullable
    ObjectId named(String name, @Nullable ObjectId followed) throws IOException;

    /** Writes to it. */
    void publish(Mirror mirror, Publication publication) throws IOException;

    /** Does nothing for a repository that cannot be watched. */
    Source.Watch watch(Runnable changed);

    interface Question<T> {
        T of(Connection connection) throws IOException;
    }

    interface Publication {
        void by(Publisher publisher) throws IOException;
    }

    /** Its state at one moment. */
    interface Connection {

        /** The full name that HEAD stands for; null when it names a commit itself or nothing. */
        @Nullable
        String head() throws IOException;

        /** What a full name stands for; a tag object stands for itself. */
        @Nullable
        ObjectId exact(String name) throws IOException;

        /** By name without the prefix. */
        SortedMap<String, ObjectId> list(String prefix) throws IOException;

        /** Makes the commit that {@code id} is, or that the tag {@code id} names, readable in the mirror. */
        RevCommit bring(ObjectId id, Mirror mirror) throws IOException;
    }
}
