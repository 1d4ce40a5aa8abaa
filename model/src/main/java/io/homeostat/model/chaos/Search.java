package io.homeostat.model.chaos;

import java.util.List;

/**
 * {@code search:} of an Experiment: how much does it take until the hypothesis no longer holds?
 *
 * @param from the least that is tried, in the unit of the axis
 * @param to the most; less than {@code from} where less is harder
 * @param precision how close the two ends of the interval come, in percent of the easier one
 * @param trials so many at most
 * @param breakingTrials so many at most may break the hypothesis
 * @param errorBudget so much at most may be spent of any error budget concerned, in percent of the whole budget
 * @param required what it is to withstand: as much as the fault says
 */
public record Search(
        Axis axis,
        double from,
        double to,
        double precision,
        int trials,
        int breakingTrials,
        double errorBudget,
        double required) {

    /** Whether the one is harder than the other. */
    public boolean isHarder(double one, double other) {
        return axis.falls() ? one < other : one > other;
    }

    /** The faults with so much of it. */
    public List<Experiment.Fault> at(List<Experiment.Fault> faults, double magnitude) {
        return faults.stream().map(fault -> axis.with(fault, magnitude)).toList();
    }

    /** {@code 150 ms}. */
    public String said(double magnitude) {
        return said(axis, magnitude);
    }

    public static String said(Axis axis, double magnitude) {
        String number =
                magnitude == Math.rint(magnitude) ? Long.toString((long) magnitude) : Double.toString(magnitude);
        return axis.unit().equals("%") ? number + "%" : number + " " + axis.unit();
    }
}
