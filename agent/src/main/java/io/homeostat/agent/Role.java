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

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
