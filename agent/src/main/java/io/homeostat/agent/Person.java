package io.homeostat.agent;

/**
 * Who asks.
 *
 * @param name as the journal shows it
 */
record Person(String name, Role role) {

    /** Whoever holds the token of the state directory can read that directory, so is the user the agent runs as. */
    static Person owner() {
        return new Person(System.getProperty("user.name", "somebody"), Role.ADMIN);
    }
}
