package io.homeostat.agent;

import java.util.Locale;

/** What a person may do in an environment; each may also do what those before it may. */
enum Role {
    /** Look. */
    VIEWER,
    /** Look again, freeze, roll back, hold a rollout up. */
    OPERATOR,
    /** Let through what waits for somebody's word: deletions, the next stage of a rollout. */
    APPROVER,
    /** End the agent, and what it runs. */
    ADMIN;

    boolean may(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** @param word as {@link #word} has it */
    static Role of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word with its article. */
    String one() {
        return (this == VIEWER ? "a " : "an ") + word();
    }
}
