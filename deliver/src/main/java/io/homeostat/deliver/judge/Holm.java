package io.homeostat.deliver.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Several metrics, one alpha: Holm's step-down procedure with weights. The chance that any metric that is not worse is called
 * worse stays below alpha, however the metrics depend on each other. With anytime-valid p-values this holds at every moment.
 *
 * <p>Holm, <i>A Simple Sequentially Rejective Multiple Test Procedure</i>, Scandinavian Journal of Statistics 1979.
 */
public final class Holm {

    private Holm() {}

    /**
     * Which of them are rejected.
     *
     * @param pValues 0 to 1
     * @param weights above 0; how alpha is split to begin with
     * @param reserved the weight of what is not among them yet, and may come
     */
    public static boolean[] rejected(double[] pValues, double[] weights, double reserved, double alpha) {
        List<Integer> order = new ArrayList<>();
        double left = reserved;
        for (int i = 0; i < pValues.length; i++) {
            order.add(i);
            left += weights[i];
        }
        order.sort(Comparator.comparingDouble(i -> pValues[i] / weights[i]));
        boolean[] rejected = new boolean[pValues.length];
        for (int i : order) {
            if (pValues[i] > alpha * weights[i] / left) {
                break;
            }
            rejected[i] = true;
            left -= weights[i];
        }
        return rejected;
    }
}
