package io.homeostat.deliver.judge;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the judge says, with its reasons. Every verdict carries all findings. */
public sealed interface Verdict {

    /** In words, for people. */
    String reason();

    List<Finding> findings();

    /** Every metric is shown to be within its tolerance: no need to wait out the clock. */
    record Pass(String reason, List<Finding> findings) implements Verdict {}

    /** At least one metric is shown to be worse than its margin. */
    record Fail(String reason, List<Finding> findings) implements Verdict {}

    /** Too little evidence for either. */
    record Inconclusive(String reason, List<Finding> findings) implements Verdict {}

    /** At least one arm showed nothing: no traffic, no latencies where the other has some. */
    record NoData(String reason, List<Finding> findings) implements Verdict {}

    /** {@code pass}, {@code fail}, {@code inconclusive}, {@code no data}. */
    default String word() {
        return switch (this) {
            case Pass pass -> "pass";
            case Fail fail -> "fail";
            case Inconclusive inconclusive -> "inconclusive";
            case NoData noData -> "no data";
        };
    }

    /** What a metric says; null when it was not looked at. */
    default @Nullable Finding finding(String metric) {
        return findings().stream()
                .filter(each -> each.metric().equals(metric))
                .findFirst()
                .orElse(null);
    }
}
