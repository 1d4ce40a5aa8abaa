package io.homeostat.journal;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Append, read, follow, verify. Safe for use by many threads; one process at a time. */
public interface Journal extends AutoCloseable {

    /** Appends one event; it survives the death of this process when the call returns. */
    Event append(Entry entry) throws IOException;

    /** Appends one event that must also survive the loss of power when the call returns. */
    Event appendDurably(Entry entry) throws IOException;

    /** Waits until an event that was appended survives the loss of power, and all before it. */
    void force(long sequence) throws IOException;

    /** Gives every event after {@code sequence} to {@code reader}, oldest first, while it answers true. */
    void read(long sequence, Predicate<Event> reader) throws IOException;

    /** The newest {@code count} events that match, oldest first. */
    List<Event> last(int count, Predicate<Event> matches) throws IOException;

    /** Calls {@code listener} for every event appended from now on, in order, until the result is closed. */
    Subscription follow(Consumer<Event> listener);

    /** Number of the newest event; 0 when there is none. */
    long head();

    /** Reads everything and checks numbers, chain and head. */
    Verification verify() throws IOException;

    @Override
    void close() throws IOException;

    /** An end to following. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param events how many were read
     * @param faults one sentence per edited, removed or reordered record, with its place; none when the chain holds
     */
    record Verification(long events, String headHash, List<String> faults) {}
}
