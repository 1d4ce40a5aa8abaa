package io.homeostat.deliver.judge;

/** E-values, as logarithms: they can be beyond what a double holds. */
final class EValues {

    private EValues() {}

    /**
     * Several questions about the same thing: the mean of e-values is an e-value again, however they depend on each other (Vovk
     * and Wang, <i>E-values: Calibration, combination and applications</i>, Annals of Statistics 2021).
     *
     * @return ln of the mean
     */
    static double logMean(double[] logs) {
        double most = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            most = Math.max(most, log);
        }
        if (most == Double.NEGATIVE_INFINITY) {
            return most;
        }
        double sum = 0;
        for (double log : logs) {
            sum += Math.exp(log - most);
        }
        return most + Math.log(sum / logs.length);
    }

    /** The p-value that an e-value stands for: min(1, 1/E). */
    static double pValue(double logE) {
        return Math.min(1, Math.exp(-logE));
    }
}
