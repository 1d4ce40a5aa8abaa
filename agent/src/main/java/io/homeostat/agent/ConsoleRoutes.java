package io.homeostat.agent;

import io.homeostat.agent.Sessions.Session;
import io.homeostat.console.Ask;
import io.homeostat.console.Console;
import io.homeostat.console.LoginPage;
import io.homeostat.console.Page;
import io.homeostat.console.Refused;
import io.homeostat.console.Visit;
import io.homeostat.journal.Journal;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The console over HTTP: sessions, pages, the forms on them. Its classes are loaded when somebody looks for the first time. */
final class ConsoleRoutes implements AutoCloseable {

    static final String HTML = "text/html; charset=utf-8";

    /** What a form may ask for: the route that does it, and how the subject is called there. */
    private record Action(String path, String subject) {}

    private static final Action ROLLOUT = new Action("/api/v1/rollout", "name");

    private static final Action EXPERIMENT = new Action("/api/v1/experiment", "name");

    private static final Map<String, Action> ACTIONS = Map.ofEntries(
            Map.entry("sync", new Action("/api/v1/sync", "application")),
            Map.entry("freeze", new Action("/api/v1/freeze", "application")),
            Map.entry("unfreeze", new Action("/api/v1/unfreeze", "application")),
            Map.entry("release", new Action("/api/v1/release", "application")),
            Map.entry("confirm", new Action("/api/v1/confirm", "application")),
            Map.entry("rollback", new Action("/api/v1/rollback", "application")),
            Map.entry("run", EXPERIMENT),
            Map.entry("stop", EXPERIMENT),
            Map.entry("halt", new Action("/api/v1/halt", "name")),
            Map.entry("allow", new Action("/api/v1/resume", "name")),
            Map.entry("pause", ROLLOUT),
            Map.entry("resume", ROLLOUT),
            Map.entry("promote", ROLLOUT),
            Map.entry("abort", ROLLOUT),
            Map.entry("retry", ROLLOUT));

    private final Api api;
    private final Journal journal;
    private final Logins logins;
    private final Sessions sessions;
    private final InstantSource clock;
    private final RateLimit actions;
    private final Recent recent = new Recent();
    private final News news;

    ConsoleRoutes(Api api, Journal journal, Logins logins, InstantSource clock) {
        this.api = api;
        this.journal = journal;
        this.logins = logins;
        this.sessions = logins.sessions();
        this.clock = clock;
        this.actions = RateLimit.ofActions(clock);
        this.news = new News(journal);
    }

    void addTo(Api table) {
        table.add(Route.post(
                "/api/v1/console",
                Role.ADMIN,
                "an address below the agent's that logs a browser in, once, within a quarter of an hour",
                request -> request.answer(Node.Mapping.EMPTY.with("path", login()))));
        table.pages(this::handle);
    }

    /** Below the agent's address; logs in whoever comes first. */
    String login() {
        return logins.once();
    }

    private void handle(HttpRequest request) throws IOException, Refusal, InterruptedException {
        Console.HEADERS.forEach(request::header);
        String path = request.path();
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (path.startsWith("/assets/") && reads) {
            asset(request, path.substring("/assets/".length()));
            return;
        }
        Session session = logins.of(request);
        if (Logins.isDoor(path)) {
            logins.handle(request, session, reads);
        } else if (session == null) {
            unknown(request, reads);
        } else if (path.equals("/live")) {
            news.stream(request);
        } else {
            answer(request, session, reads);
        }
    }

    /** Whatever goes wrong, who sits before a browser is told on a page. */
    private void answer(HttpRequest request, Session session, boolean reads) throws IOException, InterruptedException {
        try {
            if (reads) {
                page(request, Console.page(visit(request, session)));
            } else {
                act(request, session);
            }
        } catch (Refusal refusal) {
            page(request, Console.problem(visit(request, session), refused(refusal)));
        } catch (RuntimeException failed) {
            page(request, Console.problem(visit(request, session), refused(Refusal.failed(failed))));
        }
    }

    private static Refused refused(Refusal refusal) {
        return Console.refused(refusal.status(), refusal.problem());
    }

    private static void asset(HttpRequest request, String name) throws IOException, Refusal {
        String type = Console.type(name);
        if (type == null) {
            throw Refusal.unknown("there is no " + name, null);
        }
        request.bytes(200, type, Console.asset(name));
    }

    /** A page asks who you are; what a script or a form asked is refused, so that nothing takes a login for an answer. */
    private static void unknown(HttpRequest request, boolean reads) throws IOException, Refusal {
        String root = root(request.path());
        if (!reads || request.path().equals("/live") || request.headers().containsKey("X-Refresh")) {
            throw Refusal.unauthorized("nobody is logged in", "open " + root + "login");
        } else if ("cross-site".equals(request.headers().get("Sec-Fetch-Site"))) {
            // Who follows a link in a chat may well be logged in: the browser keeps the cookie back until a page of
            // ours asks.
            page(request, LoginPage.onward(root, root + Logins.wanted(request.target())));
        } else {
            request.redirect(Logins.before(request));
        }
    }

    private Visit visit(HttpRequest request, Session session) {
        return new Visit(
                request.path(),
                request.query(),
                session.person().name(),
                session.person().role().word(),
                may(session.person()),
                sessions.proof(session, journal.head()),
                clock.instant(),
                new InTheirName(session.person(), request.headers().containsKey("X-Refresh")));
    }

    private Set<String> may(Person person) {
        Set<String> may = new TreeSet<>();
        ACTIONS.forEach((word, action) -> {
            boolean approves = word.equals("promote") ? person.role().may(Role.APPROVER) : true;
            if (approves && api.may(person, "POST", action.path())) {
                may.add(word);
            }
        });
        return may;
    }

    private static void page(HttpRequest request, Page page) throws IOException {
        request.bytes(page.status(), HTML, page.html().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> form(HttpRequest request) throws IOException, Refusal {
        return Request.pairs(new String(request.body(), StandardCharsets.UTF_8));
    }

    private void act(HttpRequest request, Session session) throws IOException, Refusal, InterruptedException {
        Map<String, String> form = form(request);
        String proof = form.getOrDefault("proof", "");
        if (isFromElsewhere(request) || !sessions.proves(session, proof)) {
            throw Refusal.forbidden("this form was not sent from a page of this console", "open the page again");
        }
        if (request.path().equals("/logout")) {
            logins.leave(request, session);
            return;
        }
        Action action =
                ACTIONS.get(request.path().substring(Math.min(request.path().length(), "/do/".length())));
        if (action == null || !request.path().startsWith("/do/")) {
            throw Refusal.unknown("there is nothing to do at " + request.path(), null);
        }
        if (!actions.allows(session.person().name())) {
            throw Refusal.tooMany(session.person().name() + " does too much at once");
        }
        String word = request.path().substring("/do/".length());
        if (!sessions.spend(session, word + "\n" + form.getOrDefault("subject", "") + "\n" + proof)) {
            throw Refusal.conflict("this form was sent before, and acted then", "open the page again");
        }
        Question question = new Question(Map.of(), body(form, word, action));
        api.ask(session.person(), "POST", action.path(), question);
        request.redirect("../" + back(form.getOrDefault("back", "")));
    }

    private static Node.Mapping body(Map<String, String> form, String word, Action action) {
        Node.Mapping body = Node.Mapping.EMPTY.with(action.subject(), form.getOrDefault("subject", ""));
        for (String key : Set.of("reason", "for", "revision")) {
            String value = form.getOrDefault(key, "");
            body = value.isBlank() ? body : body.with(key, value.strip());
        }
        return action.equals(ROLLOUT) || action.equals(EXPERIMENT) ? body.with("action", word) : body;
    }

    /** Browsers say where a form comes from; what says nothing is no browser, and has the proof to bring all the same. */
    private static boolean isFromElsewhere(HttpRequest request) {
        String site = request.headers().get("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin");
    }

    /** Only to a page of ours. */
    private static String back(String wanted) {
        return wanted.matches("(applications|rollouts|objectives|chaos)(/[A-Za-z0-9%._~-]+)?") ? wanted : "";
    }

    static String root(String path) {
        int depth = (int) path.chars().filter(each -> each == '/').count() - 1;
        return depth == 0 ? "./" : "../".repeat(depth);
    }

    /** The API as this person sees it. */
    private final class InTheirName implements Ask {
        private final Person person;
        private final boolean refreshes;

        private InTheirName(Person person, boolean refreshes) {
            this.person = person;
            this.refreshes = refreshes;
        }

        @Override
        public Node.Mapping get(String path, @Nullable String... query) throws IOException, Refused {
            Map<String, String> given = new LinkedHashMap<>();
            for (int i = 0; i < query.length; i += 2) {
                if (query[i + 1] != null) {
                    given.put(String.valueOf(query[i]), String.valueOf(query[i + 1]));
                }
            }
            try {
                String asked = person.role() + " " + path + " " + given;
                return recent.answer(asked, journal.head(), refreshes, () -> {
                    Question question = new Question(given, null);
                    api.ask(person, "GET", path, question);
                    return question.answer();
                });
            } catch (Refusal refusal) {
                throw refused(refusal);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the agent ends");
            }
        }
    }

    @Override
    public void close() {
        news.close();
    }
}
