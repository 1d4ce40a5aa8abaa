package io.homeostat.model;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** "Did you mean …?": the known word that a mistyped one is nearest to. */
public final class Suggestions {
    private static final int LONGEST = 80;

    private Suggestions() {}

    /** The suggestion as a sentence; null when nothing is near. */
    public static @Nullable String didYouMean(String written, Collection<String> known) {
        String nearest = nearest(written, known);
        return nearest == null ? null : "did you mean '" + nearest + "'?";
    }

    /** The nearest known word; null when none is within a third of the letters, at least one, at most three. */
    public static @Nullable String nearest(String written, Collection<String> known) {
        if (written.length() > LONGEST) {
            return null;
        }
        String nearest = null;
        int best = Math.clamp(written.length() / 3, 1, 3) + 1;
        for (String word : known) {
            if (word.equalsIgnoreCase(written)) {
                return word;
            }
            if (Math.abs(word.length() - written.length()) >= best) {
                continue;
            }
            int distance = distance(written, word);
            if (distance < best) {
                best = distance;
                nearest = word;
            }
        }
        return nearest;
    }

    /** Letters to add, drop, change or swap with their neighbour to get from one to the other. */
    static int distance(String one, String other) {
        int[] beforeLast = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        int[] now = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(Math.min(last[j] + 1, now[j - 1] + 1), last[j - 1] + change);
                if (i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1)) {
                    now[j] = Math.min(now[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = now;
            now = free;
        }
        return last[other.length()];
    }
}
