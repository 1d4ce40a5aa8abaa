package io.homeostat.gate;

import java.util.Collection;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who gets the next connection: the one with the fewest open connections, and among equals the next in turn. Pure; the counts may
 * change while they are read, and then the choice is a little less even and still right.
 */
final class Choice {

    private Choice() {}

    /** The next in turn; the parameters are those of {@link #fewest}. */
    static <T> @Nullable T next(List<T> candidates, Collection<T> excluded, int turn) {
        return fewest(candidates, excluded, candidate -> 0, turn);
    }

    /**
     * @param turn grows by one with each choice, and may overflow
     * @param excluded not to be chosen
     * @return null when there is nobody left
     */
    static <T> @Nullable T fewest(List<T> candidates, Collection<T> excluded, ToIntFunction<T> open, int turn) {
        T chosen = null;
        int fewest = Integer.MAX_VALUE;
        int size = candidates.size();
        int start = size == 0 ? 0 : Math.floorMod(turn, size);
        for (int i = 0; i < size; i++) {
            T candidate = candidates.get(start + i < size ? start + i : start + i - size);
            int count = open.applyAsInt(candidate);
            if (count < fewest && !excluded.contains(candidate)) {
                chosen = candidate;
                fewest = count;
            }
        }
        return chosen;
    }
}
