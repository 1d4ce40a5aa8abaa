package io.homeostat.agent;

import io.homeostat.agent.oidc.Attempt;
import io.homeostat.agent.oidc.Denied;
import io.homeostat.agent.oidc.Provider;
import io.homeostat.model.Access;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Logins under way at the provider, and who comes back from there. Safe for use by many threads. */
final class SignOn {

    /** How long a person may take at the provider. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Whoever begins and never comes back takes up no more room than this. */
    private static final int MOST = 1000;

    /** @param to the page that was wanted, below the root */
    private record Begun(Attempt attempt, String to, Instant until) {}

    /** @param state goes along as a cookie, so that the browser that comes back is the one that went */
    record Departure(URI place, String state) {}

    /** @param name as the provider calls the person */
    record Arrival(String name, @Nullable Role role, String to) {}

    private final Access.Oidc settings;
    private final Provider provider;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Begun> begun = new HashMap<>();

    SignOn(Access.Oidc settings, InstantSource clock) {
        this.settings = settings;
        this.provider = new Provider(settings, clock);
        this.clock = clock;
    }

    Departure begin(String to, URI back) throws IOException, InterruptedException, Denied {
        Attempt attempt = Attempt.fresh(random);
        URI place = provider.begin(attempt, back);
        remember(new Begun(attempt, to, clock.instant().plus(PATIENCE)));
        return new Departure(place, attempt.state());
    }

    private synchronized void remember(Begun each) throws Denied {
        Instant now = clock.instant();
        begun.values().removeIf(old -> old.until().isBefore(now));
        if (begun.size() >= MOST) {
            throw new Denied("too many logins are under way; try again in some minutes");
        }
        begun.put(each.attempt().state(), each);
    }

    /** Each try comes back once. */
    private synchronized Begun take(String state) throws Denied {
        Begun taken = begun.remove(state);
        if (taken == null || taken.until().isBefore(clock.instant())) {
            throw new Denied("this login was not begun here, is over, or took too long");
        }
        return taken;
    }

    /**
     * @param said what the browser brings from the provider
     * @param carried the state that this browser was given; null when it has none
     */
    Arrival end(Map<String, String> said, @Nullable String carried, URI back, String environment)
            throws IOException, InterruptedException, Denied {
        String state = said.getOrDefault("state", "");
        if (!state.equals(carried)) {
            throw new Denied("this login was begun by another browser");
        }
        Begun mine = take(state);
        if (said.containsKey("error")) {
            throw new Denied("the provider says: " + said.getOrDefault("error_description", said.get("error")));
        }
        if (!said.getOrDefault("iss", settings.issuer()).equals(settings.issuer())) {
            throw new Denied("the answer comes from another provider");
        }
        Map<String, Object> claims = provider.end(mine.attempt(), said.getOrDefault("code", ""), back);
        return new Arrival(name(claims), role(claims, environment), mine.to());
    }

    /** What is no text, or empty, or could be mistaken for several lines, is no name; the subject always is one. */
    private String name(Map<String, Object> claims) {
        for (String claim : new String[] {settings.nameClaim(), "email"}) {
            if (claims.get(claim) instanceof String name && !name.isBlank()) {
                return name.strip().replaceAll("\\p{Cntrl}", " ");
            }
        }
        return String.valueOf(claims.get("sub")).replaceAll("\\p{Cntrl}", " ");
    }

    private @Nullable Role role(Map<String, Object> claims, String environment) {
        Role best = null;
        for (Access.Grant grant : settings.grants()) {
            Role role = Role.of(grant.role());
            if (grant.applies(claims, environment) && (best == null || role.may(best))) {
                best = role;
            }
        }
        return best;
    }

    /** Where people log out at the provider too; null when it has no such place. */
    @Nullable
    URI leave(URI back) throws IOException, InterruptedException, Denied {
        return provider.leave(back);
    }
}
