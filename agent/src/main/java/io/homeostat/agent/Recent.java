package io.homeostat.agent;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers of a moment ago. When something happens, everybody who looks asks the same at the same time; one of them asks the loop,
 * the others are told what it said.
 */
final class Recent {

    private static final long FRESH_NANOS = 300_000_000;
    private static final int KEPT = 256;

    /**
     * So long what was said counts for a page that only brings itself up to date, although more happened since: it was told of that
     * {@link News#GATHER_MILLIS} later, so what it was told of is in there.
     */
    private static final long GATHERED_NANOS = (News.GATHER_MILLIS - 50) * 1_000_000;

    /** Who knows. */
    interface Source {
        Node.Mapping ask() throws IOException, Refusal, InterruptedException;
    }

    private static final class Slot {
        private Node.Mapping answer = Node.Mapping.EMPTY;
        private long nanos;
        private long head = -1;
    }

    private final Map<String, Slot> slots = new HashMap<>();

    /**
     * @param head number of the newest event: what was said before it may no longer hold
     * @param refreshes a page asks that {@link News} told of what happened, and tells again of what happens next
     */
    Node.Mapping answer(String question, long head, boolean refreshes, Source source)
            throws IOException, Refusal, InterruptedException {
        Slot slot;
        synchronized (slots) {
            if (slots.size() >= KEPT && !slots.containsKey(question)) {
                slots.clear();
            }
            slot = slots.computeIfAbsent(question, first -> new Slot());
        }
        synchronized (slot) {
            long age = System.nanoTime() - slot.nanos;
            boolean holds = slot.head == head ? age <= FRESH_NANOS : refreshes && age <= GATHERED_NANOS;
            if (slot.head < 0 || !holds) {
                // Before it is asked, or what happens meanwhile would make the answer younger than it is.
                slot.nanos = System.nanoTime();
                slot.answer = source.ask();
                slot.head = head;
            }
            return slot.answer;
        }
    }
}
