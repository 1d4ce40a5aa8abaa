package io.homeostat.source.git;

import java.io.IOException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** The repository that is followed, seen by one who writes to it. Nobody's work is ever overwritten. */
interface Publisher {

    /** Where new objects are put, and where what {@link #tip} names can be read with its history. */
    Repository objects();

    /** What a full name stands for there now; null when there is no such name. */
    @Nullable
    ObjectId tip(String name) throws IOException;

    /**
     * Moves a name from one commit to one that is built on it.
     *
     * @param from null when the name must not exist
     * @return false when somebody else moved it meanwhile
     */
    boolean advance(String name, @Nullable ObjectId from, ObjectId to) throws IOException;
}
