package io.homeostat.chaos.toolkit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a file is run.
 *
 * @param compat as the reference tool does it; otherwise in the stricter reading
 * @param hypothesis when the hypothesis is looked at
 * @param rollbacks when rollbacks are played
 * @param every how often it is looked at while the method runs
 * @param failFast the method ends when the hypothesis does not hold meanwhile
 * @param python the interpreter for functions of Python; null: there is none
 */
public record Options(
        boolean compat,
        Hypothesis hypothesis,
        Rollbacks rollbacks,
        Duration every,
        boolean failFast,
        @Nullable String python) {

    /** When the hypothesis is looked at. */
    public enum Hypothesis {
        DEFAULT("default", true, false, true),
        BEFORE("before-method-only", true, false, false),
        AFTER("after-method-only", false, false, true),
        DURING("during-method-only", false, true, false),
        CONTINUOUSLY("continuously", true, true, true);

        private final String word;
        final boolean before;
        final boolean during;
        final boolean after;

        Hypothesis(String word, boolean before, boolean during, boolean after) {
            this.word = word;
            this.before = before;
            this.during = during;
            this.after = after;
        }

        public String word() {
            return word;
        }
    }

    /** When rollbacks are played. */
    public enum Rollbacks {
        DEFAULT,
        ALWAYS,
        NEVER,
        DEVIATED;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
