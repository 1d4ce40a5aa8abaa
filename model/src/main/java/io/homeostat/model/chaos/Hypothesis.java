package io.homeostat.model.chaos;

import java.time.Duration;
import java.util.List;

/**
 * What must hold before, during and after.
 *
 * @param every how often each is looked at
 * @param steady how long all must hold without a break before anything is done, and again afterwards
 */
public record Hypothesis(List<Check> checks, Duration every, Duration steady) {

    /** One thing that must hold. */
    public sealed interface Check {

        String name();
    }

    /**
     * An objective is kept: of what happens in each phase of the run, no more than {@code maxBurnRate} times what the objective
     * allows goes wrong.
     */
    public record Slo(String name, double maxBurnRate) implements Check {}

    /**
     * A URL answers as it should.
     *
     * @param url a host that is the name of a Service of the environment stands for its address
     * @param status classes or codes separated by {@code |}: {@code 2xx|404}
     * @param contains what the body must contain; empty for anything
     * @param within how fast
     */
    public record Http(String name, String url, String status, String contains, Duration within) implements Check {}

    /**
     * A program ends with 0.
     *
     * @param within how fast; whatever is left of it then is killed, and it did not hold
     */
    public record Program(String name, List<String> command, Duration within) implements Check {}

    /**
     * A condition holds.
     *
     * @param expression in CEL, over the signals
     */
    public record Cel(String name, String expression) implements Check {}
}
