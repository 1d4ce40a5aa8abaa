package io.homeostat.chaos.outside;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who is asked for what now, and what was answered. Safe for use by many threads. */
public final class People {

    /** @param done false: it could not be done */
    record Answer(boolean done, String by, String note) {
        String words() {
            return by + (done ? " did it" : " says that it could not be done") + (note.isEmpty() ? "" : ": " + note);
        }
    }

    private record Asked(
            String run,
            String who,
            String task,
            Instant until,
            @Nullable Answer answer) {}

    private final Map<String, Asked> asked = new TreeMap<>();

    synchronized void ask(String run, String fault, String who, String task, Instant until) {
        asked.putIfAbsent(run + "." + fault, new Asked(run, who, task, until, null));
    }

    synchronized @Nullable Answer answer(String run, String fault) {
        Asked one = asked.get(run + "." + fault);
        return one == null ? null : one.answer();
    }

    synchronized void forget(String run) {
        asked.values().removeIf(each -> each.run().equals(run));
    }

    /**
     * The oldest open question of a run is answered.
     *
     * @param run its id, or the beginning of it, such as the name of its experiment
     * @param done false: it could not be done
     * @return what was asked; null when nobody is asked anything there
     */
    public synchronized @Nullable String answer(String run, boolean done, String by, String note) {
        for (Map.Entry<String, Asked> each : asked.entrySet()) {
            Asked one = each.getValue();
            boolean meant = one.run().equals(run)
                    || one.run()
                            .substring(0, Math.max(0, one.run().lastIndexOf('-')))
                            .equals(run);
            if (meant && one.answer() == null) {
                each.setValue(new Asked(one.run(), one.who(), one.task(), one.until(), new Answer(done, by, note)));
                return one.task();
            }
        }
        return null;
    }

    /** What is open, for people and programs. */
    public synchronized Node node() {
        List<Node> open = new ArrayList<>();
        for (Asked each : asked.values()) {
            if (each.answer() == null) {
                open.add(Node.Mapping.EMPTY
                        .with("run", each.run())
                        .with("who", each.who())
                        .with("task", each.task())
                        .with("until", each.until().toString()));
            }
        }
        return new Node.Sequence(open, Position.NONE);
    }
}
