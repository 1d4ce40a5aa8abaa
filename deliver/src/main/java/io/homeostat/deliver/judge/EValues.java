package io.homeostat.deliver.judge;

/** E-values, as logarithms: they can be beyond what a double holds. */
final class EValues {

    private EValues() {}

    /**
     * Several questions about the same thing: a weighted mean of e-values is an e-value again, however they depend on each other
     * (Vovk and Wang, <i>E-values: Calibration, combination and applications</i>, Annals of Statistics 2021).
     *
     * @param weights each above 0; together 1
     * @return ln of the mean
     */
    static double logMean(double[] logs, double[] weights) {
        double most = Double.NEGATIVE_INFINITY;
        for (double log : logs) {
            most = Math.max(most, log);
        }
        if (most == Double.NEGATIVE_INFINITY) {
            return most;
        }
        double sum = 0;
        for (int i = 0; i < logs.length; i++) {
            sum += weights[i] * Math.exp(logs[i] - most);
        }
        return most + Math.log(sum);
    }

    /** The p-value that an e-value stands for: min(1, 1/E). */
    static double pValue(double logE) {
        return Math.min(1, Math.exp(-logE));
    }
}
