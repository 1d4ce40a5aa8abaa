package io.homeostat.agent.oidc;

import java.io.Serial;

/** Nobody was logged in: the provider said no, or what it said does not prove who comes. The message says which. */
public final class Denied extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    public Denied(String message) {
        super(message);
    }
}
