package io.homeostat.deliver.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Counts of both arms as they come in, kept as a few {@link Phase}s however long a rollout runs.
 *
 * <p><b>Shares.</b> What is observed is gathered into blocks of at least {@value #BLOCK} requests, each with the share that was
 * measured in it; blocks whose shares are within some five percent of each other are added up. So a canary that got no traffic
 * for a while, or another weight every second, distorts nothing. An open block is not evidence yet: looking at it would be
 * looking at part of a draw.
 *
 * <p><b>Bursts.</b> The tests take events as independent. Retries of one client are not. With a burst window, all events of one
 * window together weigh at most one, split between the arms as they fell. Under equal rates the canary's part of that one is on
 * average its share, and a^f·b^(1−f) ≤ f·a + (1−f)·b keeps the tests' E below a true martingale: they stay valid, at the price of
 * patience when many independent errors come at once.
 *
 * <p>Not thread-safe.
 */
public final class CountEvidence {

    /** Requests (or instance seconds) that make a block. */
    static final int BLOCK = 50;

    /** Width of a bin of ln(share / (1 − share)). */
    private static final double BIN = 0.1;

    private final double burstWindow;
    private final NavigableMap<Integer, Phase> closed = new TreeMap<>();
    private final NavigableMap<String, Stratum> strata = new TreeMap<>();
    private Phase total = Phase.NONE;

    /** What is still open of one workload. */
    private static final class Stratum {
        private Phase block = Phase.NONE;
        private Phase window = Phase.NONE;
        private long windowNumber = Long.MIN_VALUE;
    }

    /** @param burstWindow in seconds; 0: every event counts by itself */
    public CountEvidence(double burstWindow) {
        this.burstWindow = burstWindow;
    }

    /**
     * Adds what was seen since the last call.
     *
     * @param seconds when, since any fixed moment
     */
    public void add(double seconds, Phase seen) {
        add("", seconds, seen);
    }

    /**
     * Adds what was seen of one workload of several. Each keeps its own share: added up, a workload that fails often and whose
     * canary has a large part of it would speak against the canary of all.
     */
    public void add(String workload, double seconds, Phase seen) {
        total = total.plus(seen);
        Stratum stratum = strata.computeIfAbsent(workload, first -> new Stratum());
        if (burstWindow > 0) {
            long number = (long) Math.floor(seconds / burstWindow);
            if (number != stratum.windowNumber) {
                closeWindow(stratum);
                stratum.windowNumber = number;
            }
            stratum.window = stratum.window.plus(seen);
        } else {
            stratum.window = seen;
            closeWindow(stratum);
        }
    }

    /** What comes next belongs to another burst, wherever the window is. */
    public void endWindow() {
        for (Stratum stratum : strata.values()) {
            closeWindow(stratum);
            stratum.window = Phase.NONE;
            stratum.windowNumber = Long.MIN_VALUE;
        }
    }

    /** Takes up what {@link #phases} of another one said; as if it had been added here. */
    public void restore(List<Phase> phases) {
        for (Phase phase : phases) {
            total = total.plus(phase);
            close(phase);
        }
    }

    /** Nothing more will come: what is still open counts as well. */
    public void close() {
        for (Stratum stratum : strata.values()) {
            closeWindow(stratum);
            closeBlock(stratum);
        }
    }

    /** Everything that was seen, as it was seen. */
    public Phase total() {
        return total;
    }

    /** What the tests may use. */
    public List<Phase> phases() {
        return new ArrayList<>(closed.values());
    }

    private void closeWindow(Stratum stratum) {
        Phase window = stratum.window;
        double events = window.baselineEvents() + window.canaryEvents();
        double weight = burstWindow > 0 && events > 1 ? 1 / events : 1;
        stratum.block = stratum.block.plus(new Phase(
                window.baselineExposure(),
                window.canaryExposure(),
                window.baselineEvents() * weight,
                window.canaryEvents() * weight));
        stratum.window = Phase.NONE;
        if (stratum.block.baselineExposure() + stratum.block.canaryExposure() >= BLOCK) {
            closeBlock(stratum);
        }
    }

    private void closeBlock(Stratum stratum) {
        close(stratum.block);
        stratum.block = Phase.NONE;
    }

    private void close(Phase phase) {
        double share = phase.share();
        if (share > 0 && share < 1) {
            int bin = (int) Math.round(Math.log(share / (1 - share)) / BIN);
            closed.merge(bin, phase, Phase::plus);
        }
    }
}
