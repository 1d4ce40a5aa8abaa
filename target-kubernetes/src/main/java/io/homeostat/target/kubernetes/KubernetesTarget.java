package io.homeostat.target.kubernetes;

import io.homeostat.converge.Completion;
import io.homeostat.converge.Digests;
import io.homeostat.converge.Faults;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Step;
import io.homeostat.converge.Target;
import io.homeostat.converge.Traffic;
import io.homeostat.gate.control.Counters;
import io.homeostat.model.Application;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.gate.Budgets;
import io.homeostat.target.kubernetes.gate.GatedService;
import io.homeostat.target.kubernetes.gate.Gates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as a target.
 *
 * <p>Opening it never fails because of the cluster: as long as that cannot be reached, {@link #observe} says so, and nothing is
 * done. Closing it, or killing it, leaves everything in the cluster as it is; the next one reads there what is ours.
 */
public final class KubernetesTarget implements Target {

    private static final Completion COMPLETION = new KubernetesCompletion();

    private final ApiServer server;
    private final Inventories inventories;
    private final Observed observed;
    private final Feeds feeds;
    private final Adoption adoption;
    private final Applying applying;
    private final Pods pods;
    private final Session session;
    private final Stalls stalls;
    private final ObjectEvents events;
    private final Gates gates;
    private final SideBySide sides;
    private final ClusterFaults faults;
    private final Budgets budgets;
    private final int parallelism;
    private final BooleanSupplier leads;
    private final List<Consumer<String>> watchers = new CopyOnWriteArrayList<>();

    private KubernetesTarget(
            ClusterSettings settings,
            ApiServer server,
            InstantSource clock,
            BooleanSupplier leads,
            @Nullable Path copies) {
        String environment = label(settings);
        this.server = server;
        this.parallelism = settings.concurrency();
        this.leads = leads;
        this.inventories = new Inventories(server, settings.namespace(), environment);
        this.observed = new Observed(inventories, this::changed);
        Resources resources = new Resources(server);
        this.feeds = new Feeds(server, observed, environment, clock);
        this.adoption = new Adoption(server, resources, observed);
        this.applying = new Applying(server, resources, inventories, observed, adoption, environment, feeds::ensure);
        this.pods = new Pods(server, clock);
        this.session = new Session(
                server,
                settings.namespace(),
                resources,
                inventories,
                feeds,
                copies == null ? null : new KnownInventory(copies),
                this::readAll);
        this.stalls = new Stalls(observed, pods, this::refusal);
        this.events = new ObjectEvents(server, observed, clock);
        this.budgets = new Budgets(resources);
        this.gates = new Gates(
                server,
                resources,
                settings.namespace(),
                environment,
                this::isRead,
                this::hasGates,
                leads,
                workload -> SideBySide.standing(observed, workload),
                clock,
                (object, reason, message) -> tell(object, true, reason, message));
        this.sides = new SideBySide(
                server,
                resources,
                observed,
                applying,
                pods,
                gates,
                application -> Applying.user(inventories.of(application)),
                leads,
                this::isRead,
                clock,
                (object, reason, message) -> tell(object, false, reason, message));
        this.faults = new ClusterFaults(
                server,
                resources,
                settings.namespace(),
                environment,
                observed,
                pods,
                gates,
                application -> Applying.user(inventories.of(application)),
                leads,
                clock);
    }

    /**
     * Begins to read what is ours in a cluster.
     *
     * @param leads whether this agent may act; asked before each write
     * @throws IOException when the kubeconfig cannot be used; a cluster that cannot be reached is no reason
     */
    public static KubernetesTarget open(ClusterSettings settings, InstantSource clock, BooleanSupplier leads)
            throws IOException {
        return open(settings, clock, leads, null);
    }

    /** @param copies where a copy of the inventories is kept on this disk ({@link KnownInventory}); null for none */
    public static KubernetesTarget open(
            ClusterSettings settings, InstantSource clock, BooleanSupplier leads, @Nullable Path copies)
            throws IOException {
        ApiServer server = ApiServer.of(
                settings.kubeconfig(), settings.context(), settings.requestsPerSecond(), settings.concurrency());
        KubernetesTarget target = new KubernetesTarget(settings, server, clock, leads, copies);
        target.session.start();
        target.stalls.start();
        target.gates.start();
        target.sides.start();
        target.faults.start();
        return target;
    }

    /** What is accepted, and what is made of a document; needs no cluster. */
    public static Completion completion() {
        return COMPLETION;
    }

    /** Names which environment's an object is; a label holds 63 characters. */
    static String label(ClusterSettings settings) {
        String name = settings.namespace() + "." + settings.environment();
        if (name.length() <= 63) {
            return name;
        }
        String digest = HexFormat.of().formatHex(Digests.sha256().digest(name.getBytes(StandardCharsets.UTF_8)));
        return name.substring(0, 46) + "-" + digest.substring(0, 16);
    }

    /** {@code https://10.0.0.1:6443}. */
    public String url() {
        return server.url();
    }

    private void changed(String application) {
        watchers.forEach(watcher -> watcher.accept(application));
    }

    private void readAll() {
        inventories.all().keySet().forEach(this::changed);
    }

    @Override
    public List<Problem> check(Document document, Environment environment) {
        return COMPLETION.check(document, environment);
    }

    @Override
    public List<Document> expand(Document document, Environment environment) {
        return COMPLETION.expand(document, environment);
    }

    @Override
    public Document complete(Document document, Environment environment, Snapshot snapshot) throws IOException {
        return budgets.asServed(COMPLETION.complete(document, environment, snapshot));
    }

    @Override
    public Map<ObjectKey, Live> observe() throws IOException {
        session.check();
        feeds.check();
        return sides.configurations().shown(observed.lives());
    }

    @Override
    public Collection<Live> owned(String application) throws IOException {
        session.check();
        feeds.check();
        return sides.configurations().shown(application, observed.owned(application));
    }

    @Override
    public List<String> writers(ObjectKey object) {
        Observed.Seen seen = observed.find(object);
        return seen == null ? List.of() : seen.writers();
    }

    @Override
    public List<Foreign> foreign(Collection<Step.Declared> declared) throws IOException {
        session.check();
        return adoption.foreign(declared);
    }

    @Override
    public void adopt(Collection<ObjectKey> objects) {
        adoption.grant(objects);
    }

    @Override
    public int parallelism() {
        return parallelism;
    }

    @Override
    public void prepare(Plan plan, @Nullable Application application) throws IOException {
        session.check();
        mayAct();
        // Of what left Git it is only known who it was.
        String account = application == null
                ? inventories.of(plan.application()).serviceAccount()
                : application.tenant().serviceAccount();
        inventories.prepare(plan, account, key -> observed.find(key) != null);
    }

    @Override
    public void apply(Step step, Snapshot snapshot) throws IOException {
        session.check();
        mayAct();
        try {
            if (step instanceof Step.Declaring declaring) {
                sides.begin(step.key(), declaring.desired().document().content());
            }
            sides.configurations().apply(step);
        } catch (ApiFailure refused) {
            throw new IOException("the cluster refuses " + step.key() + ": " + refused.getMessage(), refused);
        }
    }

    private @Nullable String refusal(ObjectKey workload) {
        return sides.refusal(workload);
    }

    private boolean isRead() {
        try {
            session.check();
            feeds.check();
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean hasGates() {
        for (Observed.Seen seen : observed.all()) {
            ObjectKey key = seen.live().key();
            if (key.kind().equals("Service")
                    && seen.live()
                                    .content()
                                    .mapping("metadata")
                                    .mapping("labels")
                                    .get(GatedService.ORIGIN)
                            != null) {
                return true;
            }
        }
        return false;
    }

    /** What the gates in front of Services have counted, each by itself. */
    public List<Counters> counters() {
        return gates.counters();
    }

    /** What was remembered of each application in the cluster; waits until the cluster can be read. */
    public Map<String, String> remembered() throws InterruptedException {
        session.await();
        Map<String, String> remembered = new TreeMap<>();
        inventories.all().forEach((application, inventory) -> {
            if (!inventory.state().isEmpty()) {
                remembered.put(application, inventory.state());
            }
        });
        return remembered;
    }

    /** Remembers something of an application in the cluster, beside its inventory; empty forgets it. */
    public void remember(String application, String text) throws IOException {
        session.check();
        mayAct();
        inventories.remember(application, text);
    }

    /** What an application has in the cluster, as far as it was read. */
    public List<ObjectKey> keysOf(String application) {
        return observed.owned(application).stream().map(Live::key).sorted().toList();
    }

    /** Writes an Event on an object, sooner or later; returns at once. */
    public void tell(ObjectKey object, boolean isWarning, String reason, String message) {
        if (leads.getAsBoolean()) {
            events.tell(object, isWarning, reason, message);
        }
    }

    private void mayAct() throws IOException {
        if (!leads.getAsBoolean()) {
            throw new IOException("another agent leads this environment now; nothing is changed from here");
        }
    }

    @Override
    public Watch watch(Consumer<String> changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    @Override
    public List<Evidence> evidence(ObjectKey object) throws IOException {
        Observed.Seen seen = observed.find(object);
        return seen == null ? List.of() : pods.evidence(seen);
    }

    @Override
    public void logs(ObjectKey object, LogOptions options, LogSink sink) throws IOException {
        Observed.Seen seen = observed.find(object);
        if (seen != null) {
            pods.logs(seen, options, sink);
        }
    }

    @Override
    public Traffic traffic() {
        return sides;
    }

    @Override
    public Faults faults() {
        return faults;
    }

    @Override
    public void close() {
        faults.close();
        sides.close();
        gates.close();
        events.close();
        stalls.close();
        session.close();
        feeds.close();
        server.close();
    }
}
