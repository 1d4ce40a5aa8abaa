package io.homeostat.model.chaos;

import io.homeostat.model.ObjectKey;
import org.jspecify.annotations.Nullable;

/** What a fault is done to, as it is declared; which instances those are shows when it begins. */
public sealed interface Aim {

    /**
     * Instances of a workload.
     *
     * @param count how many; 0 where {@code percent} says it
     * @param percent of the instances that there are, rounded up; 0 where {@code count} says it
     * @param container which of each instance's; null for all of them
     */
    record Instances(
            ObjectKey workload,
            int count,
            int percent,
            @Nullable String container) implements Aim {

        /** How many of so many. */
        public int of(int instances) {
            return count > 0 ? Math.min(count, instances) : (int) Math.ceil(instances * percent / 100.0);
        }

        @Override
        public String toString() {
            return (count > 0 ? Integer.toString(count) : percent + "%") + " of " + workload
                    + (container == null ? "" : ", container " + container);
        }
    }

    /** A workload as a whole, as it is declared. */
    record Workload(ObjectKey workload) implements Aim {
        @Override
        public String toString() {
            return workload.toString();
        }
    }

    /**
     * What the target does not do itself.
     *
     * @param what in words
     * @param workload that it concerns; null when it is none
     */
    record Outside(String what, @Nullable ObjectKey workload) implements Aim {
        @Override
        public String toString() {
            return workload == null ? what : what + " for " + workload;
        }
    }

    /**
     * Requests of an edge.
     *
     * @param caller a workload such as {@code Deployment/web}; {@value #ANYBODY} for all, declared or not
     * @param callee a Service such as {@code Service/api}
     * @param requests which of them
     * @param percent of those, more than 0, at most 100
     */
    record Edge(String caller, String callee, Requests requests, double percent) implements Aim {
        public static final String ANYBODY = "*";

        @Override
        public String toString() {
            String share = percent == 100 ? "" : number(percent) + "% of ";
            String which = requests.toString();
            return share + (which.isEmpty() ? "" : which + " of ") + (caller.equals(ANYBODY) ? "everybody" : caller)
                    + " → " + callee;
        }

        private static String number(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }
    }
}
