package io.homeostat.agent;

import io.homeostat.converge.Converger;
import io.homeostat.converge.History;
import io.homeostat.converge.Insight;
import io.homeostat.converge.Target;
import io.homeostat.converge.Target.Live;
import io.homeostat.converge.Target.LogOptions;
import io.homeostat.journal.Journal;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.signal.BudgetHistory;
import io.homeostat.signal.Signals;
import io.homeostat.signal.SloView;
import io.homeostat.signal.TrackRecord;
import io.homeostat.signal.TrackRecords;
import io.homeostat.source.Secret;
import io.homeostat.source.Verdict;
import io.homeostat.source.Webhooks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which request does what. */
final class Routes {

    private final Converger converger;
    private final Views views;
    private final History history;
    private final Signals signals;
    private final @Nullable String hookSecret;
    private final Consumer<Boolean> shutDown;
    private final Operations operations;
    private final Previews previews;
    private final EventStream events;
    private final Graph graph;
    private final Graph top;
    private final Graph rates;
    private final Graph traffic;

    /** Who calls whom, where the target knows. */
    interface Graph {
        /** Null where it does not. */
        Node.@Nullable Mapping read() throws IOException, InterruptedException;
    }

    /**
     * @param shutDown ends the agent; true also ends what it runs
     * @param rates as {@code top}, by callee alone
     * @param traffic as {@code top}, but over the time since the last look, at once
     */
    Routes(
            Converger converger,
            Views views,
            History history,
            Signals signals,
            @Nullable String hookSecret,
            Consumer<Boolean> shutDown,
            Graph graph,
            Graph top,
            Graph rates,
            Graph traffic) {
        this.rates = rates;
        this.traffic = traffic;
        this.graph = graph;
        this.top = top;
        this.converger = converger;
        this.views = views;
        this.history = history;
        this.signals = signals;
        this.hookSecret = hookSecret;
        this.shutDown = shutDown;
        this.operations = new Operations(converger);
        this.previews = new Previews(converger);
        this.events = new EventStream(history.journal());
    }

    void addTo(Api api) {
        api.add(Route.get("/healthz", "whether the agent lives", request -> request.answer(alive()))
                .open());
        api.add(Route.get("/readyz", "whether a revision is rendered, or it is known why not", this::ready)
                .open());
        api.add(Route.get("/version", "the agent's version", request -> request.answer(version()))
                .open());
        api.add(Route.get("/metrics", "for Prometheus", this::metrics)
                .answering(Route.TEXT)
                .open());
        api.add(Route.post("/hooks/git", Role.VIEWER, "something was pushed; signed by who pushed", this::hook)
                .open());
        addLooking(api);
        addActing(api);
    }

    private void addLooking(Api api) {
        api.add(Route.get(
                        "/api/v1/status",
                        "the environment, its source, every application",
                        request -> request.answer(views.status()))
                .listing("applications", "name"));
        api.add(Route.get("/api/v1/why", "why an application or object is not what Git says", this::why)
                .requiredText("name", "of an application or object"));
        api.add(Route.get(
                        "/api/v1/plan",
                        "what the loop would do now, or what a revision or directory would change",
                        this::plan)
                .text("application", "only this one")
                .text("revision", "what this one would change")
                .text("directory", "what a directory on the agent's machine would change"));
        api.add(Route.get(
                        "/api/v1/drift",
                        "differences that nobody asked Git for",
                        request -> request.answer(views.drift()))
                .listing("drift", "application", "object", "place"));
        api.add(Route.get("/api/v1/slo", "every objective: budget, burn rate, alerts", this::slo)
                .text("name", "only this one, with its record and where its budget went")
                .listing("slos", "name"));
        api.add(Route.get(
                "/api/v1/services",
                "every service: its requests over the next second, how often it failed and for how long",
                this::services));
        api.add(Route.get("/api/v1/history", "syncs and their outcome, newest first", events::history)
                .text("application", "only of this one")
                .number("last", "how many (50; with limit, all)")
                .listing("revisions", "application", "revision", "appliedAt"));
        api.add(events.route());
        api.add(Route.get(
                "/api/v1/journal/verify", "whether the chain of the journal holds, and every fault", this::verify));
        api.add(Route.get("/api/v1/logs", "what instances wrote", this::logs)
                .requiredText("name", "of an application or object")
                .number("tail", "how many of the last lines of each instance (all)")
                .flag("follow", "go on as more is written")
                .flag("previous", "of the run before")
                .answering(Route.TEXT));
        api.add(Route.get("/api/v1/graph", "who calls whom, declared and seen", request -> calls(graph, request))
                .listing("edges", "caller", "callee"));
        api.add(Route.get(
                "/api/v1/top",
                "rate, failures and latency of every edge and version over the next second",
                request -> calls(top, request)));
        api.add(Route.get("/api/v1/map", "components with their health, and the traffic between them", this::map));
        api.add(Route.get(
                "/api/v1/openapi.json",
                "this table",
                request -> request.answer(OpenApi.of(api.routes(), Agent.VERSION))));
    }

    private void addActing(Api api) {
        api.add(Route.post("/api/v1/sync", Role.OPERATOR, "looks at the source now", this::sync)
                .text("application", "at this one only"));
        api.add(Route.post("/api/v1/freeze", Role.OPERATOR, "nothing changes an application for a while", this::freeze)
                .requiredText("application", "which")
                .text("owner", "who wants it; whoever asks, if nobody is named")
                .requiredText("reason", "why")
                .requiredText("for", "how long: 2h"));
        api.add(Route.post("/api/v1/unfreeze", Role.OPERATOR, "ends a freeze", request -> {
                    Node.Mapping body = request.json();
                    done(request, operations.unfreeze(application(body), request.signed(body.text("by"))));
                })
                .requiredText("application", "which"));
        api.add(Route.post(
                        "/api/v1/release",
                        Role.OPERATOR,
                        "ends a quarantine: what Git says is tried again",
                        request -> {
                            Node.Mapping body = request.json();
                            done(request, operations.release(application(body), request.signed(body.text("by"))));
                        })
                .requiredText("application", "which"));
        api.add(Route.post(
                        "/api/v1/confirm",
                        Role.APPROVER,
                        "lets held deletions, or a revision before its turn, through",
                        request -> {
                            Node.Mapping body = request.json();
                            done(request, operations.confirm(application(body), request.signed(body.text("by"))));
                        })
                .requiredText("application", "which"));
        api.add(Route.post(
                        "/api/v1/rollback", Role.OPERATOR, "goes back, and keeps what Git says now out", this::rollback)
                .requiredText("application", "which")
                .text("revision", "to this one; the last good one before what runs, if none is named"));
        api.add(Route.post("/api/v1/shutdown", Role.ADMIN, "ends the agent", this::shutdown)
                .flag("workloads", "also what it runs"));
    }

    private static Node.Mapping alive() {
        return Node.Mapping.EMPTY.with("alive", Node.Bool.of(true));
    }

    private static Node.Mapping version() {
        return Node.Mapping.EMPTY.with("version", Agent.VERSION);
    }

    private void map(Request request) throws IOException, Refusal, InterruptedException {
        request.answer(
                MapView.of(converger.observe(), graph.read(), traffic.read()).with("environment", views.environment()));
    }

    private void sync(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        done(request, operations.sync(body.text("application"), request.signed(body.text("by"))));
    }

    private void ready(Request request) throws IOException, Refusal {
        request.answer(views.isReady() ? 200 : 503, views.agent());
    }

    private void why(Request request) throws IOException, Refusal {
        String name = request.query("name");
        Node.Mapping why = name == null ? null : Why.of(converger, name);
        if (why == null) {
            throw Refusal.unknown(
                    "nothing here is called '" + name + "'", "applications: " + String.join(", ", converger.names()));
        }
        request.answer(why);
    }

    private void slo(Request request) throws IOException, Refusal {
        String name = request.query("name");
        Map<String, SloView> slos = signals.views();
        if (name != null && !slos.containsKey(name)) {
            throw Refusal.unknown(
                    "there is no SLO '" + name + "'",
                    slos.isEmpty()
                            ? "docs/slo.md shows how to declare one"
                            : "there are: " + String.join(", ", slos.keySet()));
        }
        Node.Mapping answer = SloJson.all(
                views.environment(),
                name == null ? slos.values() : List.of(Objects.requireNonNull(slos.get(name))),
                signals.lastFailure());
        if (name == null) {
            request.answer(answer);
            return;
        }
        BudgetHistory past = signals.history(name);
        answer = answer.with("record", record(name));
        request.answer(past == null ? answer : answer.with("history", SloJson.history(past)));
    }

    private void services(Request request) throws IOException, Refusal, InterruptedException {
        Node.Mapping seen = rates.read();
        TrackRecords records = new TrackRecords();
        history.journal().read(0, event -> {
            records.take(event);
            return true;
        });
        request.answer(ServicesView.of(
                signals.views().values(), seen == null ? Node.Mapping.EMPTY : seen, records, views.environment()));
    }

    private Node.Mapping record(String slo) throws IOException {
        TrackRecord record = TrackRecord.ofObjective(slo);
        history.journal().read(0, event -> {
            record.take(event);
            return true;
        });
        return SloJson.record(record);
    }

    /** For Prometheus, which has no token; it tells how things are and nothing of what they hold. */
    private void metrics(Request request) throws IOException {
        byte[] text = MetricsText.of(converger, signals.views().values(), Agent.VERSION)
                .getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = request.stream("text/plain; version=0.0.4; charset=utf-8")) {
            out.write(text);
        }
    }

    private void plan(Request request) throws IOException, Refusal {
        String directory = request.query("directory");
        String revision = request.query("revision");
        String application = request.query("application");
        if (directory != null) {
            request.answer(previews.ofDirectory(directory, application));
        } else if (revision != null) {
            request.answer(previews.ofRevision(revision, application));
        } else {
            request.answer(current(application));
        }
    }

    /** What the loop itself would do now. */
    private Node.Mapping current(@Nullable String application) throws IOException, Refusal {
        List<Node> plans = new ArrayList<>();
        for (String name : converger.names()) {
            if (application == null || application.equals(name)) {
                Insight insight = converger.insight(name);
                if (insight.plan() != null) {
                    plans.add(PlanView.of(insight.plan(), insight.answers()));
                }
            }
        }
        if (application != null && plans.isEmpty() && !converger.names().contains(application)) {
            throw Refusal.unknown(
                    "there is no application '" + application + "'",
                    "there are: " + String.join(", ", converger.names()));
        }
        return previews.view(converger.revisions().head(), plans);
    }

    private void calls(Graph of, Request request) throws IOException, Refusal, InterruptedException {
        Node.Mapping read = of.read();
        if (read == null) {
            throw Refusal.unknown(
                    "who calls whom is known on this machine only, not on a cluster",
                    "homeostat status lists what runs");
        }
        request.answer(read.with("environment", views.environment()));
    }

    private void freeze(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        Duration length = Durations.parse(body.text("for", ""));
        if (length == null) {
            throw Refusal.wrong("'" + body.text("for", "") + "' is no duration", "--for 2h, 30m, 1d");
        }
        String owner = request.signed(body.text("owner"));
        done(request, operations.freeze(application(body), owner, body.text("reason", ""), length));
    }

    private void rollback(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        String by = request.signed(body.text("by"));
        done(request, operations.rollback(application(body), body.text("revision"), by));
    }

    private static String application(Node.Mapping body) throws Refusal {
        String application = body.text("application");
        if (application == null) {
            throw Refusal.wrong("which application?", "homeostat status lists them");
        }
        return application;
    }

    private void done(Request request, String message) throws IOException, Refusal {
        request.answer(Node.Mapping.EMPTY.with("message", message).with("environment", views.environment()));
    }

    private void verify(Request request) throws IOException, Refusal {
        Journal.Verification verification = history.journal().verify();
        request.answer(Node.Mapping.EMPTY
                .with("valid", Node.Bool.of(verification.faults().isEmpty()))
                .with("events", verification.events())
                .with("head", verification.headHash())
                .with("faults", JsonList.of(verification.faults())));
    }

    private void logs(Request request) throws IOException, Refusal {
        String name = request.query("name");
        List<ObjectKey> objects = name == null ? List.of() : workloads(name);
        if (objects.isEmpty()) {
            throw Refusal.unknown(
                    "nothing that runs is called '" + name + "'", "homeostat status lists the applications");
        }
        LogOptions options =
                new LogOptions((int) request.number("tail", -1), request.flag("follow"), request.flag("previous"));
        try (OutputStream out = request.stream("text/plain; charset=utf-8")) {
            Target.LogSink sink = (instance, line) -> {
                synchronized (out) {
                    out.write((instance + " | " + line + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
                return true;
            };
            List<Thread> readers = new ArrayList<>();
            for (ObjectKey object : objects) {
                readers.add(Thread.startVirtualThread(() -> copy(object, options, sink)));
            }
            for (Thread reader : readers) {
                reader.join();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(ObjectKey object, LogOptions options, Target.LogSink sink) {
        try {
            converger.target().logs(object, options, sink);
        } catch (IOException gone) {
            // Whoever read has gone away, or the instance has; either way there is nothing left to send.
        }
    }

    /** Objects with instances, by the name of an application or of an object. */
    private List<ObjectKey> workloads(String name) throws IOException {
        List<ObjectKey> found = new ArrayList<>();
        for (Map.Entry<ObjectKey, Live> entry : converger.observe().entrySet()) {
            ObjectKey key = entry.getKey();
            boolean runs =
                    List.of("Deployment", "StatefulSet", "Job", "CronJob").contains(key.kind());
            if (runs
                    && (key.name().equals(name)
                            || key.toString().equals(name)
                            || entry.getValue().application().equals(name))) {
                found.add(key);
            }
        }
        return found;
    }

    private void hook(Request request) throws IOException, Refusal {
        if (hookSecret == null) {
            throw Refusal.unknown("the hook is closed", "start the agent with --hook-secret-file FILE");
        }
        switch (Webhooks.verify(request.headers(), request.body(), Secret.of(hookSecret))) {
            case Verdict.Accepted accepted -> {
                converger.sync();
                request.answer(202, Node.Mapping.EMPTY.with("message", "looking at the source now"));
            }
            case Verdict.Rejected rejected -> throw Refusal.unauthorized(rejected.reason(), null);
        }
    }

    private void shutdown(Request request) throws IOException, Refusal {
        boolean workloads = request.json().flag("workloads", false);
        request.answer(Node.Mapping.EMPTY.with(
                "message", workloads ? "stopping the agent and everything it runs" : "stopping the agent"));
        Thread.ofPlatform().name("shutdown").start(() -> shutDown.accept(workloads));
    }
}
