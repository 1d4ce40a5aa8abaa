package io.homeostat.chaos.check;

import io.homeostat.chaos.Surroundings;
import io.homeostat.chaos.life.Look.Checked;
import io.homeostat.chaos.life.Look.Checked.State;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.signal.source.Sources;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every check of a hypothesis, each looked at by a thread of its own, so that a slow one keeps no other waiting. */
public final class Checks implements AutoCloseable {

    private final InstantSource clock;
    private final Duration every;
    private final List<Watched> watched = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Checks(InstantSource clock, Duration every) {
        this.clock = clock;
        this.every = every;
    }

    /** Looks once. @return why it does not hold; null when it does */
    public static @Nullable String once(
            Hypothesis.Check check, Surroundings surroundings, Sources sources, InstantSource clock) {
        Checked seen = look(check, surroundings, sources, clock);
        return seen.state() == State.HOLDS ? null : check.name() + ": " + seen.detail();
    }

    /** Looks once. */
    public static Checked look(
            Hypothesis.Check check, Surroundings surroundings, Sources sources, InstantSource clock) {
        Probe.Seen seen = probe(check, surroundings, sources, clock).look();
        return new Checked(check.name(), seen.state(), null, null, 1, seen.detail());
    }

    private static Probe probe(
            Hypothesis.Check check, Surroundings surroundings, Sources sources, InstantSource clock) {
        return switch (check) {
            case Hypothesis.Http http -> new HttpProbe(http, surroundings::resolve);
            case Hypothesis.Program program -> new ProgramProbe(program);
            case Hypothesis.Cel cel -> new CelProbe(cel, surroundings);
            case Hypothesis.Slo slo -> new SloProbe(slo, surroundings.slos(), sources, clock);
        };
    }

    /** Begins to look. */
    public static Checks start(Hypothesis hypothesis, Surroundings surroundings, Sources sources, InstantSource clock) {
        Checks checks = new Checks(clock, hypothesis.every());
        for (Hypothesis.Check check : hypothesis.checks()) {
            Probe probe = probe(check, surroundings, sources, clock);
            Watched each = checks.new Watched(check.name(), probe);
            checks.watched.add(each);
            checks.threads.add(Thread.ofVirtual().name("check " + check.name()).start(each::run));
        }
        return checks;
    }

    /**
     * A new phase begins: earlier looks count no more.
     *
     * @see Probe#mark
     */
    public void mark(boolean fresh) {
        watched.forEach(each -> each.mark(fresh));
    }

    public List<Checked> now() {
        return watched.stream().map(Watched::checked).toList();
    }

    /**
     * Nobody could look here for a while: what was under way then does not count, what a {@link StandIn} saw meanwhile does, and
     * each check has to be looked at anew.
     *
     * @param from when the gap began, and no earlier than the last look before it
     */
    public void fillGap(Instant from, List<StandIn.Seen> seen) {
        for (Watched each : watched) {
            each.fillGap(
                    from,
                    seen.stream().filter(one -> one.check().equals(each.name)).toList());
        }
    }

    /** Whether each check was looked at in this phase, and since a gap in it. */
    public boolean isLookedAt() {
        return watched.stream().allMatch(Watched::isLookedAt);
    }

    /** What the looks of this phase came to so far, one for each check. */
    public List<Measured> measured() {
        return watched.stream().map(Watched::measured).toList();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    /** A look that did not hold. */
    private record Break(Instant at, String seen) {}

    private final class Watched {
        private final String name;
        private final Probe probe;
        private final Measuring measuring;
        private int phase;
        private State state = State.UNKNOWN;
        private String detail = "not looked at yet";
        private boolean marked;
        private boolean fresh;
        private int looks;
        private @Nullable Instant holdsSince;
        private @Nullable Break broke;
        private @Nullable Break brokeBefore;
        private boolean lookedAt;

        Watched(String name, Probe probe) {
            this.name = name;
            this.probe = probe;
            this.measuring = new Measuring(name, probe.measure());
        }

        private void run() {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    long began = System.nanoTime();
                    int inPhase = phase();
                    take(probe.look(), inPhase);
                    long left = every.toNanos() - (System.nanoTime() - began);
                    Thread.sleep(Duration.ofNanos(Math.max(1_000_000, left)));
                }
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        /** Told to the probe here, so that nobody who begins a phase waits for a look that is under way. */
        private synchronized int phase() {
            if (marked) {
                probe.mark(fresh);
                marked = false;
            }
            return phase;
        }

        /** What was begun in an earlier phase says nothing about this one. */
        private synchronized void take(Probe.Seen seen, int inPhase) {
            if (inPhase != phase) {
                return;
            }
            lookedAt = true;
            count(seen, clock.instant());
        }

        private void count(Probe.Seen seen, Instant at) {
            looks++;
            measuring.take(seen);
            state = seen.state();
            detail = seen.detail();
            switch (state) {
                case HOLDS -> holdsSince = holdsSince == null ? at : holdsSince;
                case BROKEN -> {
                    holdsSince = null;
                    brokeBefore = broke;
                    broke = new Break(at, detail);
                }
                case UNKNOWN, IMPOSSIBLE -> holdsSince = null;
            }
        }

        private synchronized void fillGap(Instant from, List<StandIn.Seen> seen) {
            // What was begun before the gap, or in it, took as long as the gap did: that says nothing.
            phase++;
            if (broke != null && !broke.at().isBefore(from)) {
                broke = brokeBefore;
            }
            seen.forEach(each -> count(each.seen(), each.at()));
            state = State.UNKNOWN;
            detail = "nobody has looked again yet";
            holdsSince = null;
            lookedAt = false;
        }

        private synchronized boolean isLookedAt() {
            return lookedAt;
        }

        private synchronized void mark(boolean anew) {
            lookedAt = false;
            phase++;
            looks = 0;
            measuring.reset();
            holdsSince = null;
            state = State.UNKNOWN;
            fresh = anew;
            marked = true;
        }

        private synchronized Measured measured() {
            return measuring.sum();
        }

        private synchronized Checked checked() {
            return broke == null
                    ? new Checked(name, state, holdsSince, null, looks, detail)
                    : new Checked(name, state, holdsSince, broke.at(), looks, detail, broke.seen());
        }
    }
}
