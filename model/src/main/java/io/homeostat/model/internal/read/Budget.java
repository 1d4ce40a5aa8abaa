package io.homeostat.model.internal.read;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.io.Serial;

/**
 * What one file may cost. Counted while reading, aliases at their expanded size, so that a small file which describes a huge
 * tree is refused before the tree is walked by anyone.
 */
public final class Budget {
    public static final int MAX_BYTES = 8 * 1024 * 1024;
    public static final int MAX_DEPTH = 64;
    public static final int MAX_NODES = 200_000;
    public static final int MAX_DOCUMENTS = 10_000;
    /** Beyond so many problems in one file, reading on helps nobody. */
    public static final int MAX_PROBLEMS = 200;

    private final int maxNodes;
    private final int maxDepth;
    private int nodes;
    private int documents;

    private Budget(int maxNodes, int maxDepth) {
        this.maxNodes = maxNodes;
        this.maxDepth = maxDepth;
    }

    /** For one file that a user wrote. */
    public static Budget ofFile() {
        return new Budget(MAX_NODES, MAX_DEPTH);
    }

    /** For what we wrote ourselves: documents inside of events inside of answers. */
    static Budget ofMachine() {
        return new Budget(Integer.MAX_VALUE, 4 * MAX_DEPTH);
    }

    public int nodes() {
        return nodes;
    }

    void spend(int count, Position at) {
        nodes += count;
        if (nodes > maxNodes || nodes < 0) {
            throw new Halt(Problem.error(
                            at,
                            "too-large",
                            "the file holds more than " + MAX_NODES + " values (aliases count at their full size)")
                    .suggesting("split it into several files"));
        }
    }

    void descend(int depth, Position at) {
        if (depth > maxDepth) {
            throw new Halt(Problem.error(at, "too-deep", "nested more than " + maxDepth + " levels deep"));
        }
    }

    void document(Position at) {
        if (++documents > MAX_DOCUMENTS) {
            throw new Halt(Problem.error(at, "too-large", "the file holds more than " + MAX_DOCUMENTS + " documents")
                    .suggesting("split it into several files"));
        }
    }

    /** Ends the reading of one file; never leaves this package. */
    static final class Halt extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        Halt(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }
}
