package io.homeostat.deliver.judge;

/**
 * How often can events happen at most, per request, given so many? Where nothing ever fails there is no ratio; this says how
 * little "nothing" proves.
 *
 * <p>The two-outcome case (event or none) of the confidence sequence in Lindon and Malek, NeurIPS 2022 (arXiv 2011.03567), with
 * a Beta(½, ½) mixture: all rates θ for which the mixture is not 1/α times as likely as θ.
 */
final class RateBound {

    private RateBound() {}

    /**
     * The upper bound; holds at every moment with probability 1 − alpha.
     *
     * @param events 0 to exposure
     * @return 0 to 1
     */
    static double upper(double events, double exposure, double alpha) {
        double mixture = LogGamma.beta(0.5 + events, 0.5 + Math.max(0, exposure - events)) - LogGamma.beta(0.5, 0.5);
        double low = exposure == 0 ? 0 : Math.min(1, events / exposure);
        double high = 1;
        for (int i = 0; i < 50; i++) {
            double rate = (low + high) / 2;
            double likelihood = (events == 0 ? 0 : events * Math.log(rate)) + (exposure - events) * Math.log1p(-rate);
            if (mixture - likelihood >= -Math.log(alpha)) {
                high = rate;
            } else {
                low = rate;
            }
        }
        return high;
    }
}
