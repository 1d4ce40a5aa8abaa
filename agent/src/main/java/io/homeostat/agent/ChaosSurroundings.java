package io.homeostat.agent;

import io.homeostat.chaos.Experiments;
import io.homeostat.chaos.Surroundings;
import io.homeostat.chaos.Updates;
import io.homeostat.converge.ApplicationState.Attempt;
import io.homeostat.converge.ApplicationState.Freeze;
import io.homeostat.converge.Converger;
import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.converge.Overlay;
import io.homeostat.converge.Revisions;
import io.homeostat.converge.Target.Live;
import io.homeostat.deliver.rollout.Progress;
import io.homeostat.deliver.rollout.Rollouts;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.slo.Slo;
import io.homeostat.signal.AlertState;
import io.homeostat.signal.Signals;
import io.homeostat.signal.SloView;
import io.homeostat.signal.source.Calls;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What experiments need to know, from those who know it. */
final class ChaosSurroundings implements Surroundings {

    private static final Set<String> WORKLOADS = WorkloadSignals.WORKLOADS;
    private static final String TIER = "homeostat.io/tier";

    private final Converger converger;
    private final Signals signals;
    private final Rollouts rollouts;
    private final EdgeRates rates;
    private final Set<String> namespaces;

    ChaosSurroundings(Converger converger, Signals signals, Rollouts rollouts, Calls calls) {
        this(converger, signals, rollouts, new EdgeRates(calls), Set.of());
    }

    /** @param namespaces of which names without one are meant first */
    private ChaosSurroundings(
            Converger converger, Signals signals, Rollouts rollouts, EdgeRates rates, Set<String> namespaces) {
        this.converger = converger;
        this.signals = signals;
        this.rollouts = rollouts;
        this.rates = rates;
        this.namespaces = namespaces;
    }

    @Override
    public Surroundings seenBy(Experiment experiment) {
        return new ChaosSurroundings(converger, signals, rollouts, rates, experiment.namespaces());
    }

    @Override
    public List<Experiment> declared() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? List.of() : head.rendering().promises().experiments();
    }

    @Override
    public List<Calendar> calendars() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? List.of() : head.rendering().promises().calendars();
    }

    @Override
    public List<Exclusion> exclusions() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? List.of() : head.rendering().promises().exclusions();
    }

    @Override
    public List<Extension> extensions() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? List.of() : head.rendering().promises().extensions();
    }

    @Override
    public String revision() {
        Revisions.Revision head = converger.revisions().head();
        return head == null ? "" : head.snapshot().revision();
    }

    @Override
    public List<Slo> slos() {
        return signals.promises().slos();
    }

    @Override
    public Node.Mapping signals() {
        Node.Mapping slos = Node.Mapping.EMPTY;
        for (Map.Entry<String, SloView> each : signals.views().entrySet()) {
            SloView view = each.getValue();
            Node.Mapping one = Node.Mapping.EMPTY.with("state", view.word());
            one = Double.isNaN(view.burnRate()) ? one : one.with("burnRate", number(view.burnRate()));
            one = view.budget().isKnown()
                    ? one.with("remaining", number(view.budget().remaining()))
                    : one;
            slos = slos.with(each.getKey(), one);
        }
        Node.Mapping workloads;
        try {
            workloads = WorkloadSignals.of(converger.observe().values(), namespaces);
        } catch (IOException unreadable) {
            // Conditions over workloads cannot be told then, and say so.
            workloads = Node.Mapping.EMPTY;
        }
        Node.Mapping applications = Node.Mapping.EMPTY;
        for (String name : converger.names()) {
            applications =
                    applications.with(name, Node.Mapping.EMPTY.with("health", Views.word(converger.health(name))));
        }
        return Node.Mapping.EMPTY
                .with("slo", slos)
                .with("edge", rates.now())
                .with("workload", workloads)
                .with("application", applications);
    }

    private static Node number(double value) {
        return new Node.Numeric(BigDecimal.valueOf(value), Position.NONE);
    }

    @Override
    public Map<String, Component> components() throws IOException {
        Map<ObjectKey, Live> observed = converger.observe();
        Map<ObjectKey, Set<String>> serves = new HashMap<>();
        for (Live service : observed.values()) {
            if (service.key().kind().equals("Service")) {
                for (Live workload : observed.values()) {
                    if (WORKLOADS.contains(workload.key().kind()) && selects(service, workload)) {
                        serves.computeIfAbsent(workload.key(), first -> new HashSet<>())
                                .add(service.key().toString());
                    }
                }
            }
        }
        Map<Home, Set<String>> configMaps = new HashMap<>();
        for (Live live : observed.values()) {
            if (live.key().kind().equals("ConfigMap")) {
                configMaps
                        .computeIfAbsent(Home.of(live), first -> new TreeSet<>())
                        .add(live.key().name());
            }
        }
        Map<String, Component> components = new HashMap<>();
        for (Live live : observed.values()) {
            String kind = live.key().kind();
            if (WORKLOADS.contains(kind) || kind.equals("Service")) {
                components.put(
                        live.key().toString(),
                        new Component(
                                live.key(),
                                live.appliedDigest(),
                                live.application(),
                                Experiments.OPTED_OUT.equals(label(live, Experiments.LABEL)),
                                tier(live),
                                serves.getOrDefault(live.key(), Set.of()),
                                unwell(live),
                                updating(live),
                                syncing(live.application()),
                                WORKLOADS.contains(kind) ? live.content().mapping("spec") : Node.Mapping.EMPTY,
                                configMaps.getOrDefault(Home.of(live), Set.of())));
            }
        }
        return components;
    }

    /** Whose it is, and where. */
    private record Home(String application, String namespace) {
        static Home of(Live live) {
            return new Home(live.application(), live.key().namespace());
        }
    }

    private static boolean selects(Live service, Live workload) {
        Node.Mapping selector = service.content().mapping("spec").mapping("selector");
        Node.Mapping labels = workload.content()
                .mapping("spec")
                .mapping("template")
                .mapping("metadata")
                .mapping("labels");
        return service.key().namespace().equals(workload.key().namespace())
                && !selector.isEmpty()
                && selector.fields().entrySet().stream()
                        .allMatch(each -> each.getValue().value().equals(labels.get(each.getKey())));
    }

    private static @Nullable String label(Live live, String name) {
        return live.content().mapping("metadata").mapping("labels").text(name);
    }

    /** {@code critical} counts four times what nothing says, {@code low} half of it. */
    private static double tier(Live live) {
        return switch (String.valueOf(label(live, TIER))) {
            case "critical" -> 4;
            case "low" -> 0.5;
            default -> 1;
        };
    }

    /** In the middle of a rollout there are two versions: as declared it cannot be, but all its instances can be ready. */
    private @Nullable String unwell(Live live) {
        if (rollouts.isRunning(live.key())) {
            int there = live.status().integer("replicas", 0);
            int ready = live.status().integer("readyReplicas", 0);
            return ready < there ? ready + " of " + there + " instances are ready" : null;
        }
        Health health = Kstatus.of(live);
        return health.status() == Health.Status.HEALTHY ? null : health.message();
    }

    /** An update that an experiment brings is part of that experiment, and one that a Rollout brings says so itself. */
    private @Nullable String updating(Live live) {
        return hasRollout(live.key()) || isOfExperiment(attempt(live.application()))
                ? null
                : Updates.underWay(live.key(), live.content().mapping("spec"), live.status());
    }

    /** Also in the moment before it begins, when the target may have done its first step already. */
    private boolean hasRollout(ObjectKey workload) {
        Revisions.Revision head = converger.revisions().head();
        return rollouts.isRunning(workload)
                || (head != null
                        && head.rendering().promises().rollouts().stream()
                                .anyMatch(rollout -> rollout.isAbout(workload)));
    }

    private @Nullable String syncing(String application) {
        Attempt attempt = attempt(application);
        boolean hasRollout = rollouts.all().stream()
                .map(Rollouts.Standing::progress)
                .anyMatch(progress ->
                        progress.isRunning() && progress.application().equals(application));
        return attempt == null || !attempt.isOpen() || isOfExperiment(attempt) || hasRollout
                ? null
                : application + " is on its way to the revision " + attempt.revision();
    }

    private @Nullable Attempt attempt(String application) {
        return converger.history().application(application).attempt();
    }

    private static boolean isOfExperiment(@Nullable Attempt attempt) {
        return attempt != null && Overlay.isOver(attempt.revision());
    }

    @Override
    public List<String> objections(String experiment, Set<String> components) {
        List<String> objections = new ArrayList<>();
        Set<String> applications = Set.of();
        try {
            applications = applications(components);
        } catch (IOException unreadable) {
            objections.add("it is not known what runs: " + unreadable.getMessage());
        }
        for (String application : applications) {
            Freeze freeze = converger.history().application(application).freeze();
            if (freeze != null && freeze.holds(converger.clock().instant())) {
                objections.add(application + " is frozen by " + freeze.owner() + " until " + freeze.until() + ": "
                        + freeze.reason());
            }
        }
        for (Rollouts.Standing standing : rollouts.all()) {
            Progress progress = standing.progress();
            // One that brings in what an experiment laid over is part of that experiment.
            boolean ofExperiment = Overlay.isOver(progress.revision());
            boolean inTheWay = progress.isRunning() && !ofExperiment && !standing.isWaitingFor(experiment);
            if (inTheWay && applications.contains(progress.application())) {
                objections.add("the rollout of " + progress.workload() + " is under way");
            }
        }
        for (SloView view : signals.views().values()) {
            boolean spent = view.budget().isKnown() && view.budget().remaining() <= 0;
            if (spent && concerns(view, applications)) {
                objections.add("the error budget of " + view.slo().name() + " is spent");
            }
        }
        return objections;
    }

    @Override
    public Set<String> alerts(Set<String> components) {
        Set<String> firing = new TreeSet<>();
        try {
            Set<String> applications = applications(components);
            for (SloView view : signals.views().values()) {
                for (SloView.AlertView alert : view.alerts()) {
                    if (alert.state().phase() == AlertState.Phase.FIRING && concerns(view, applications)) {
                        firing.add(alert.name() + " of " + view.slo().name());
                    }
                }
            }
        } catch (IOException unreadable) {
            // That it is not known what runs is an objection already.
            firing.clear();
        }
        return firing;
    }

    private Set<String> applications(Set<String> components) throws IOException {
        // Who touches nothing that is declared need not know what runs, such as one who keeps the target from being
        // reached.
        if (components.isEmpty()) {
            return Set.of();
        }
        Map<String, Component> known = components();
        Set<String> applications = new HashSet<>();
        for (String name : components) {
            Component component = known.get(name);
            if (component != null) {
                applications.add(component.application());
            }
        }
        return applications;
    }

    private static boolean concerns(SloView view, Set<String> applications) {
        return view.application().isEmpty() || applications.contains(view.application());
    }

    @Override
    public Map<String, Double> budgets(Set<String> components) {
        Map<String, Double> budgets = new HashMap<>();
        try {
            Set<String> applications = applications(components);
            for (SloView view : signals.views().values()) {
                if (concerns(view, applications) && view.budget().isKnown()) {
                    budgets.put(view.slo().name(), view.budget().remaining());
                }
            }
        } catch (IOException unreadable) {
            // Then nothing is known to be spent, and what holds a run up is what is known.
            budgets.clear();
        }
        return budgets;
    }

    @Override
    public String resolve(String url) throws IOException {
        return ServiceNames.resolve(url, converger.observe().values(), namespaces, ChaosSurroundings::isFound);
    }

    private static boolean isFound(String host) {
        try {
            return InetAddress.getByName(host) != null;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
