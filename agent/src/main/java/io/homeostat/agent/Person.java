package io.homeostat.agent;

/**
 * Who asks.
 *
 * @param name as the journal shows it
 * @param isOwner whether it is the owner of the agent's own token, who may act in the name of others
 */
record Person(String name, Role role, boolean isOwner) {

    Person(String name, Role role) {
        this(name, role, false);
    }

    /** Whoever holds the token of the state directory can read that directory, so is the user the agent runs as. */
    static Person owner() {
        return new Person(System.getProperty("user.name", "somebody"), Role.ADMIN, true);
    }
}
