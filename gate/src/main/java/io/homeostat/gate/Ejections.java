package io.homeostat.gate;

import io.homeostat.gate.control.Handling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Backends that failed so often in a row that they get nothing for a while, whatever their probes say. Never more than half of
 * those that are ready: when all of them fail, it is not they who are to blame. One that comes back and fails again is ejected
 * again at once.
 */
final class Ejections {

    private static final class History {
        private int failures;
        private boolean ejected;
        private long until;
    }

    private final LongSupplier nanos;
    private final Map<LiveBackend, History> historys = new ConcurrentHashMap<>();
    private volatile boolean any;

    /** @param nanos a clock that only goes on */
    Ejections(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void judge(LiveBackend backend, boolean failed, Handling how, List<LiveBackend> ready) {
        if (!failed && !historys.containsKey(backend)) {
            return;
        }
        synchronized (this) {
            if (!failed) {
                historys.remove(backend);
                return;
            }
            History history = historys.computeIfAbsent(backend, first -> new History());
            history.failures++;
            if (history.failures >= how.ejectAfter() && !isEjected(history) && hasRoom(ready)) {
                history.ejected = true;
                history.until = nanos.getAsLong() + how.ejectFor().toNanos();
                any = true;
            }
        }
    }

    private boolean hasRoom(List<LiveBackend> ready) {
        historys.keySet().retainAll(ready);
        long ejected = historys.values().stream().filter(this::isEjected).count();
        return (ejected + 1) * 2 <= ready.size();
    }

    private boolean isEjected(History history) {
        return history.ejected && nanos.getAsLong() - history.until < 0;
    }

    /** Those that may get requests. */
    List<LiveBackend> without(List<LiveBackend> ready) {
        if (!any) {
            return ready;
        }
        synchronized (this) {
            List<LiveBackend> left = new ArrayList<>(ready.size());
            boolean some = false;
            for (LiveBackend backend : ready) {
                History history = historys.get(backend);
                if (history != null && isEjected(history)) {
                    some = true;
                } else {
                    left.add(backend);
                }
            }
            any = some;
            return left.isEmpty() ? ready : left;
        }
    }
}
