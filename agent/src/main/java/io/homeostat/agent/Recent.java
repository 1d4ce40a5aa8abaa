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

    /** @param head number of the newest event: what was said before it may no longer hold */
    Node.Mapping answer(String question, long head, Source source) throws IOException, Refusal, InterruptedException {
        Slot slot;
        synchronized (slots) {
            if (slots.size() >= KEPT && !slots.containsKey(question)) {
                slots.clear();
            }
            slot = slots.computeIfAbsent(question, first -> new Slot());
        }
        synchronized (slot) {
            if (slot.head != head || System.nanoTime() - slot.nanos > FRESH_NANOS) {
                slot.answer = source.ask();
                slot.nanos = System.nanoTime();
                slot.head = head;
            }
            return slot.answer;
        }
    }
}
