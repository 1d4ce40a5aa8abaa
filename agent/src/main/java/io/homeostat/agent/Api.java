package io.homeostat.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: the table of routes, who may, errors. One virtual thread per request, so a handler may block and a stream may
 * last. The JDK's own server: see {@code docs/decisions/0002-http-server.md}.
 *
 * <p>The API takes tokens and nothing else: no cookie opens it, so no page of another site can make a browser act. What is no
 * route of the API goes to the pages, which know people by their sessions and ask the API {@linkplain #ask from within}.
 */
final class Api implements AutoCloseable {

    static {
        // Without it each answer waits for the acknowledgement of its head: 40 ms on Linux.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    /** Whatever is no route. */
    @FunctionalInterface
    interface Pages {
        void handle(HttpRequest request) throws IOException, Refusal, InterruptedException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Map<String, Route>> routes = new ConcurrentHashMap<>();
    private final RateLimit limit;
    private final Callers callers;
    private volatile @Nullable Pages pages;
    private volatile Function<String, Refusal> unknown =
            path -> Refusal.unknown("there is no " + path, "see docs/api.md, or GET /api/v1/openapi.json");

    Api(InetSocketAddress listen, Callers callers, InstantSource clock) throws IOException {
        this.callers = callers;
        this.limit = RateLimit.ofRequests(clock);
        server = HttpServer.create(listen, 128);
        server.setExecutor(threads);
        server.createContext("/", this::dispatch);
    }

    void add(Route route) {
        routes.computeIfAbsent(route.path(), first -> new ConcurrentHashMap<>()).put(route.method(), route);
    }

    /** Every route, in the order of their paths. */
    List<Route> routes() {
        List<Route> all = new ArrayList<>();
        new TreeMap<>(routes).values().forEach(methods -> all.addAll(new TreeMap<>(methods).values()));
        return all;
    }

    void pages(Pages handler) {
        pages = handler;
    }

    /** What whoever asks for a path that is no route is told. */
    void otherwise(Function<String, Refusal> told) {
        unknown = told;
    }

    void start() {
        server.start();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void dispatch(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpRequest request = new HttpRequest(exchange);
            try {
                answer(request);
            } catch (Refusal refusal) {
                request.refuse(refusal);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException failed) {
                // Where the client went away while it was answered, this answer finds nobody either.
                request.refuse(Refusal.failed(failed));
            }
        }
    }

    private void answer(HttpRequest request) throws IOException, Refusal, InterruptedException {
        String from = callers.address(request.peer(), request.headers());
        request.from(from);
        if (!limit.allows(from)) {
            request.header("Retry-After", "1");
            throw Refusal.tooMany("more requests came from " + from + " than the agent takes");
        }
        Map<String, Route> methods = routes.get(request.path());
        Pages others = pages;
        if (methods == null && others != null && !request.path().startsWith("/api/")) {
            others.handle(request);
            return;
        }
        if (methods == null) {
            throw unknown.apply(request.path());
        }
        boolean open = methods.values().stream().anyMatch(route -> route.needs() == null);
        Person person = callers.bearer(request.headers());
        if (person == null && !open) {
            throw Refusal.unauthorized("the token is missing or wrong", "it is in agent.json of the state directory");
        }
        Route route = methods.get(request.method());
        if (route == null) {
            String takes = String.join(", ", new TreeMap<>(methods).keySet());
            request.header("Allow", takes);
            throw Refusal.method(takes);
        }
        if (person != null) {
            refuse(person, route);
            request.by(person);
        }
        request.by(route.pages());
        route.handler().handle(request);
    }

    private static void refuse(Person person, Route route) throws Refusal {
        if (route.needs() != null && !person.role().may(route.needs())) {
            throw Refusal.forbidden(
                    person.name() + " is " + person.role().one() + ", and this takes "
                            + route.needs().one(),
                    "ask somebody who is one");
        }
    }

    /**
     * Asks the API from within, in somebody's name.
     *
     * @throws Refusal also when the person's role does not allow it
     */
    void ask(Person person, String method, String path, Question question)
            throws IOException, Refusal, InterruptedException {
        Route route = routes.getOrDefault(path, Map.of()).get(method);
        if (route == null) {
            throw Refusal.unknown("there is no " + path, "see docs/api.md");
        }
        refuse(person, route);
        question.by(person);
        question.by(route.pages());
        route.handler().handle(question);
    }

    /** Whether a person may call a route at all. */
    boolean may(Person person, String method, String path) {
        Route route = routes.getOrDefault(path, Map.of()).get(method);
        return route != null && (route.needs() == null || person.role().may(route.needs()));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
