package io.homeostat.chaos.outside;

import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A source that answers nobody as long as somebody holds it; only in memory, so an agent that dies reaches it again. */
public final class UnreachableSource implements Source {

    private final Source source;
    private final InstantSource clock;
    private final Map<String, Instant> holders = new HashMap<>();
    private long refused;

    public UnreachableSource(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** @param beat so long it stays so without another call */
    synchronized void hold(String holder, Duration beat) {
        holders.put(holder, clock.instant().plus(beat));
    }

    synchronized void release(String holder) {
        holders.remove(holder);
    }

    /** How often somebody asked in vain, ever. */
    synchronized long refused() {
        return refused;
    }

    private synchronized void check() throws SourceException {
        Instant now = clock.instant();
        holders.values().removeIf(until -> !now.isBefore(until));
        if (!holders.isEmpty()) {
            refused++;
            throw new SourceException("an experiment keeps the source from being reached ("
                    + String.join(", ", holders.keySet()) + "); the last revision stays in force");
        }
    }

    @Override
    public String location() {
        return source.location();
    }

    @Override
    public Snapshot fetch() throws SourceException {
        check();
        return source.fetch();
    }

    @Override
    public Snapshot at(String revision) throws SourceException {
        return source.at(revision);
    }

    @Override
    public String revision(String name) throws SourceException {
        return source.revision(name);
    }

    @Override
    public void retain(Set<String> revisions) throws SourceException {
        source.retain(revisions);
    }

    @Override
    public Watch watch(Runnable changed) {
        return source.watch(changed);
    }

    @Override
    public void writeBack(WriteBack message) throws SourceException {
        check();
        source.writeBack(message);
    }

    @Override
    public void close() {
        source.close();
    }
}
