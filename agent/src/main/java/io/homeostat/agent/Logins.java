package io.homeostat.agent;

import io.homeostat.agent.Sessions.Session;
import io.homeostat.agent.oidc.Denied;
import io.homeostat.console.LoginPage;
import io.homeostat.console.Page;
import io.homeostat.converge.Facts;
import io.homeostat.converge.History;
import io.homeostat.model.Access;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The doors of the console: an address that opens once, a token, single sign-on; and the way out. */
final class Logins {

    /** The only places that a login leads to: pages of ours. */
    private static final String PAGE = "(applications|rollouts|objectives|chaos|timeline|logs|search)"
            + "(/[A-Za-z0-9%._~-]+)?(\\?[A-Za-z0-9%._~=&+-]*)?";

    private final Callers callers;
    private final Sessions sessions;
    private final Access access;
    private final History history;
    private final Supplier<String> environment;
    private final Supplier<String> listens;
    private final RateLimit tries;
    private final RateLimit departures;
    private final InstantSource clock;
    private volatile @Nullable SignOn signOn;

    /** @param listens the agent's own address, ending in {@code /} */
    Logins(
            Callers callers,
            Sessions sessions,
            Access access,
            History history,
            Supplier<String> environment,
            Supplier<String> listens,
            InstantSource clock) {
        this.callers = callers;
        this.sessions = sessions;
        this.access = access;
        this.history = history;
        this.environment = environment;
        this.listens = listens;
        this.clock = clock;
        this.tries = RateLimit.ofLogins(clock);
        this.departures = RateLimit.ofDepartures(clock);
    }

    Sessions sessions() {
        return sessions;
    }

    @Nullable
    Session of(HttpRequest request) {
        return sessions.of(request.cookie(sessions.cookie()));
    }

    /** Below the agent's address; logs in whoever comes first. */
    String once() {
        return "/login?code=" + sessions.code();
    }

    static boolean isDoor(String path) {
        return path.equals("/login") || path.startsWith("/login/");
    }

    void handle(HttpRequest request, @Nullable Session session, boolean reads)
            throws IOException, Refusal, InterruptedException {
        Access.Oidc oidc = access.oidc();
        String path = request.path();
        try {
            if (path.equals("/login")) {
                login(request, session, reads);
            } else if (oidc == null || !reads) {
                throw Refusal.unknown("there is no " + path, null);
            } else if (path.equals("/login/oidc")) {
                depart(request, signOn(oidc));
            } else if (path.equals("/login/oidc/back")) {
                arrive(request, signOn(oidc));
            } else if (path.equals("/login/oidc/out")) {
                URI out = signOn(oidc).leave(address().resolve("login"));
                request.redirect(out == null ? "../../login" : out.toString());
            } else {
                throw Refusal.unknown("there is no " + path, null);
            }
        } catch (Denied denied) {
            page(request, String.valueOf(denied.getMessage()), "");
        } catch (IOException unreachable) {
            page(request, "The provider cannot be asked: " + unreachable, "");
        }
    }

    private void login(HttpRequest request, @Nullable Session session, boolean reads) throws IOException, Refusal {
        String code = request.query("code");
        String to = wanted(request.query("to"));
        if (reads && session != null) {
            request.redirect("./" + to);
        } else if (reads && code == null) {
            page(request, null, to);
        } else {
            Person person = code != null && reads
                    ? (sessions.redeem(code) ? Person.owner() : null)
                    : callers.of(token(request));
            if (person != null) {
                tell(person, "with a token");
                enter(request, person, "./" + to);
                return;
            }
            limit(request, tries);
            page(request, reads ? "That address was used already, or is too old." : "That is not the token.", to);
        }
    }

    private static String token(HttpRequest request) throws IOException, Refusal {
        return Request.pairs(new String(request.body(), StandardCharsets.UTF_8))
                .getOrDefault("token", "")
                .strip();
    }

    private static void limit(HttpRequest request, RateLimit limit) throws Refusal {
        if (!limit.allows(request.remote())) {
            throw Refusal.tooMany("somebody at " + request.remote() + " tries to log in too often");
        }
    }

    private void depart(HttpRequest request, SignOn at) throws IOException, Refusal, InterruptedException, Denied {
        limit(request, departures);
        SignOn.Departure departure = at.begin(wanted(request.query("to")), back());
        request.moreHeader(
                "Set-Cookie",
                cookie(carried(departure.state()), departure.state(), "Lax", SignOn.PATIENCE.toSeconds(), request));
        request.redirect(departure.place().toString());
    }

    private void arrive(HttpRequest request, SignOn at) throws IOException, InterruptedException, Denied {
        String state = request.query().getOrDefault("state", "");
        String name = carried(state);
        request.moreHeader("Set-Cookie", cookie(name, "", "Lax", 0, request));
        SignOn.Arrival arrival = at.end(request.query(), request.cookie(name), back(), environment.get());
        if (arrival.role() == null) {
            history.record(Facts.environment(
                    "access.refused",
                    arrival.name() + " proved who they are and has no role in " + environment.get(),
                    Node.Mapping.EMPTY.with("name", arrival.name())));
            throw new Denied(arrival.name() + " has no role in this environment; whoever runs the agent can give one");
        }
        Person person = new Person(arrival.name(), arrival.role());
        tell(person, "by single sign-on");
        enter(request, person, "../../" + arrival.to());
    }

    /** Who came in with the agent's own token is known already: they sit at the machine. */
    private void tell(Person person, String how) {
        if (!person.isOwner()) {
            history.record(Facts.environment(
                    "access.login",
                    person.name() + " came in " + how + ", as " + person.role().word(),
                    Node.Mapping.EMPTY
                            .with("name", person.name())
                            .with("role", person.role().word())));
        }
    }

    private void enter(HttpRequest request, Person person, String to) throws IOException {
        request.moreHeader(
                "Set-Cookie",
                cookie(sessions.cookie(), sessions.begin(person), "Strict", Sessions.LENGTH.toSeconds(), request));
        request.redirect(to);
    }

    void leave(HttpRequest request, Session session) throws IOException {
        sessions.end(session);
        request.moreHeader("Set-Cookie", cookie(sessions.cookie(), "", "Strict", 0, request));
        request.redirect("login?left=true");
    }

    /** Each try has a cookie of its own, so that two windows do not get in each other's way. */
    private String carried(String state) {
        String letters = state.replaceAll("[^A-Za-z0-9]", "");
        return sessions.cookie() + "-" + letters.substring(0, Math.min(8, letters.length()));
    }

    /** Whoever comes by the public address gets a cookie for that alone; the machine's own address takes one, too. */
    private String cookie(String name, String value, String sites, long seconds, HttpRequest request) {
        URI address = access.address();
        boolean isPublic = address != null
                && address.getRawAuthority().equalsIgnoreCase(request.headers().get("Host"));
        boolean secure = (address != null && isPublic)
                ? "https".equals(address.getScheme())
                : "https".equals(request.headers().get("X-Forwarded-Proto"));
        String path = (address != null && isPublic) ? address.getRawPath() : "/";
        return name + "=" + value + "; Path=" + path + "; HttpOnly; SameSite=" + sites + "; Max-Age=" + seconds
                + (secure ? "; Secure" : "");
    }

    private void page(HttpRequest request, @Nullable String problem, String to) throws IOException {
        String root = ConsoleRoutes.root(request.path());
        Access.Oidc oidc = access.oidc();
        Page page = LoginPage.of(new LoginPage.Door(
                root, problem, to, oidc == null ? null : oidc.title(), request.flag("left") && problem == null));
        request.bytes(page.status(), ConsoleRoutes.HTML, page.html().getBytes(StandardCharsets.UTF_8));
    }

    /** Only to a page of ours. */
    static String wanted(@Nullable String to) {
        return to != null && to.matches(PAGE) ? to : "";
    }

    /** The login page that leads to where this request wanted to go. */
    static String before(HttpRequest request) {
        String to = wanted(request.target());
        return ConsoleRoutes.root(request.path()) + "login"
                + (to.isEmpty() ? "" : "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
    }

    /** Where browsers find the console. */
    URI address() {
        return access.address() == null ? URI.create(listens.get()) : access.address();
    }

    private URI back() {
        return address().resolve("login/oidc/back");
    }

    /** Made at the first login that needs it: most agents never do. */
    private SignOn signOn(Access.Oidc oidc) {
        SignOn made = signOn;
        if (made == null) {
            synchronized (this) {
                made = signOn == null ? new SignOn(oidc, clock) : signOn;
                signOn = made;
            }
        }
        return made;
    }
}
