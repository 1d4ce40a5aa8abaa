package io.homeostat.source;

import java.util.Set;

/** Where desired state comes from. Safe for use by many threads. */
public interface Source extends AutoCloseable {

    /** As the user gave it, without credentials. */
    String location();

    /** The newest snapshot of what is followed (branch, tag, semver range, commit). Blocks on the network. */
    Snapshot fetch() throws SourceException;

    /** An earlier snapshot, from what is held here; the remote is not asked. */
    Snapshot at(String revision) throws SourceException;

    /**
     * The whole revision that a person means by {@code name}: an id or its beginning, {@code HEAD~1}, and of a repository on
     * this machine also a branch or a tag. The remote is not asked.
     */
    String revision(String name) throws SourceException;

    /** Keeps exactly these revisions readable by {@link #at}, whatever happens to the remote's branches. */
    void retain(Set<String> revisions) throws SourceException;

    /** Calls {@code changed} soon after a local source changes; does nothing for a remote one. */
    Watch watch(Runnable changed);

    /** Records on the remote why a revision was taken back. */
    void writeBack(WriteBack message) throws SourceException;

    @Override
    void close();

    interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /** Either a Git note on the bad commit or a commit that reverts it. */
    sealed interface WriteBack {
        String revision();

        String text();

        record Note(String revision, String text) implements WriteBack {}

        record Revert(String revision, String text) implements WriteBack {}
    }
}
