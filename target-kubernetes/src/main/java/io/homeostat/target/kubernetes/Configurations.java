package io.homeostat.target.kubernetes;

import io.homeostat.converge.Step;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.versions.Configuration;
import io.homeostat.target.kubernetes.versions.Configuration.Kept;
import io.homeostat.target.kubernetes.versions.References;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps ConfigMaps and Secrets as they are under their own names while two versions of a workload that reads them stand side by side.
 *
 * <p>A change of one is declared, like that of a paused Deployment, before it is in force: the new version reads a copy, and the loop
 * sees the object as it is declared. When the new version is for everybody, the change is made under its own name; when it is
 * taken back, nothing has happened to it. What is kept is written on the Deployment, and the contents are in the copies; what
 * this agent remembers beyond that it is told again by the next look of the loop. Safe for use by many threads.
 */
final class Configurations {

    /** What stands in two versions, or is about to. */
    interface Sides {

        /** Those whose next version begins with a split. */
        Set<ObjectKey> awaited();

        /** How such a one begins; null when its next version goes at once. */
        @Nullable
        Standing beginning(ObjectKey workload, Node.Mapping live) throws IOException;

        Node.Mapping get(ObjectKey workload) throws IOException;

        /** The pod template of the stable version; null when nobody has it any more. */
        Node.@Nullable Mapping stable(Node.Mapping live, Standing standing) throws IOException;

        /**
         * @param live on which it was decided
         * @param configuration what its pods are to say of their configuration; null leaves that as it is
         */
        void write(ObjectKey workload, Node.Mapping live, @Nullable Standing standing, @Nullable String configuration)
                throws IOException;

        @Nullable
        String user(ObjectKey workload);

        /** For people, in words. */
        void tell(ObjectKey object, String reason, String message);
    }

    private final Observed observed;
    private final Applying applying;
    private final Copies copies;
    private final Sides sides;
    private final ReentrantLock lock = new ReentrantLock();
    /** What was declared last of what is kept. */
    private final Map<ObjectKey, Step.Declaring> declared = new ConcurrentHashMap<>();

    private final Map<ObjectKey, Standing> standings = new ConcurrentHashMap<>();
    private final BooleanSupplier isRead;
    private volatile boolean looked;

    /** @param isRead whether everything that is in the cluster has been seen */
    Configurations(Observed observed, Applying applying, Copies copies, Sides sides, BooleanSupplier isRead) {
        this.isRead = isRead;
        this.observed = observed;
        this.applying = applying;
        this.copies = copies;
        this.sides = sides;
    }

    /** Reads on the Deployments how they stand. */
    void look() {
        // As long as something may be missing, nobody may rely on it that nothing is kept.
        boolean isWhole = isRead.getAsBoolean();
        Set<ObjectKey> there = new HashSet<>();
        for (Observed.Seen seen : observed.all()) {
            if (seen.live().key().kind().equals("Deployment")) {
                look(seen.live().key());
                there.add(seen.live().key());
            }
        }
        standings.keySet().retainAll(there);
        looked = isWhole;
    }

    void look(ObjectKey workload) {
        Standing standing = SideBySide.standing(observed, workload);
        if (standing == null) {
            standings.remove(workload);
        } else {
            standings.put(workload, standing);
        }
    }

    private Map<ObjectKey, Standing> standings() {
        if (!looked) {
            look();
        }
        return standings;
    }

    private boolean isAnyKept() {
        return standings().values().stream()
                .anyMatch(standing -> !standing.kept().isEmpty());
    }

    /** The same objects, those that are kept as they are declared. */
    Map<ObjectKey, Live> shown(Map<ObjectKey, Live> lives) {
        if (!isAnyKept()) {
            return lives;
        }
        Map<ObjectKey, Live> shown = new HashMap<>(lives);
        standings().forEach((workload, standing) -> {
            if (!standing.kept().isEmpty()) {
                shown.computeIfPresent(
                        workload, (key, live) -> status(live, live.status().with("updatedReplicas", 0)));
            }
            standing.kept().forEach((reference, kept) -> {
                ObjectKey key = key(reference, workload);
                Step.Declaring last = declared.get(key);
                if (kept.gone()) {
                    shown.remove(key);
                } else if (last != null) {
                    shown.put(key, live(last.desired()));
                } else {
                    // Declared by an agent before this one: whatever is declared now has to be compared with the copy.
                    shown.computeIfPresent(key, (same, live) -> unknown(live));
                }
            });
        });
        return shown;
    }

    Collection<Live> shown(String application, Collection<Live> owned) {
        if (!isAnyKept()) {
            return owned;
        }
        return shown(observed.lives()).values().stream()
                .filter(live -> live.application().equals(application))
                .toList();
    }

    private static Live live(Declared desired) {
        return new Live(
                desired.document().key(),
                desired.application(),
                desired.revision(),
                desired.origin(),
                desired.digest(),
                desired.document().content(),
                Node.Mapping.EMPTY,
                List.of());
    }

    private static Live status(Live live, Node.Mapping status) {
        return new Live(
                live.key(),
                live.application(),
                live.revision(),
                live.origin(),
                live.appliedDigest(),
                live.content(),
                status,
                live.drift());
    }

    private static Live unknown(Live live) {
        Node.Mapping content =
                live.content().without("data").without("binaryData").without("immutable");
        return new Live(
                live.key(),
                live.application(),
                live.revision(),
                live.origin(),
                "",
                content.with(
                        "metadata", Node.Mapping.EMPTY.with("name", live.key().name())),
                live.status(),
                List.of());
    }

    /** Does a step: at once, or, where a workload is not to see it yet, later. */
    void apply(Step step) throws IOException {
        if (!References.isConfiguration(step.key()) || step instanceof Step.Kept || step instanceof Step.Blocked) {
            applying.apply(step);
            return;
        }
        List<ObjectKey> concerned = concerned(step);
        if (concerned.isEmpty()) {
            atOnce(step);
            return;
        }
        lock.lock();
        try {
            boolean isKept = false;
            for (ObjectKey workload : concerned) {
                isKept |= SideBySide.again(() -> keep(workload, step));
            }
            if (!isKept) {
                atOnce(step);
            } else if (step instanceof Step.Declaring declaring) {
                declared.put(step.key(), declaring);
            }
        } finally {
            lock.unlock();
        }
    }

    private void atOnce(Step step) throws IOException {
        declared.remove(step.key());
        boolean isNew = changes(step);
        boolean isSame = step instanceof Step.Replace replace
                && isTheSame(replace.desired().document().content(), copies.find(step.key()));
        // What was never changed need not be made anew, whatever the loop was shown.
        applying.apply(isSame ? new Step.Repair(((Step.Replace) step).desired(), List.of()) : step);
        if (isNew) {
            follow(step);
        }
    }

    private static boolean isTheSame(Node.Mapping wanted, Node.@Nullable Mapping there) {
        return there != null
                && isLike(wanted, there)
                && wanted.flag("immutable", false) == there.flag("immutable", false)
                && wanted.text("type", "Opaque").equals(there.text("type", "Opaque"));
    }

    /** Workloads in whose hands it is whether the step is done now. */
    private List<ObjectKey> concerned(Step step) {
        String reference = References.name(step.key());
        Set<ObjectKey> all = new TreeSet<>(standings().keySet());
        all.addAll(sides.awaited());
        return all.stream()
                .filter(workload -> {
                    Observed.Seen seen = observed.find(workload);
                    Standing standing = standings.get(workload);
                    boolean isKept = standing != null && standing.kept().containsKey(reference);
                    return workload.namespace().equals(step.key().namespace())
                            && seen != null
                            && seen.live().application().equals(step.application())
                            && (isKept || !isRepair(step));
                })
                .toList();
    }

    private static boolean isRepair(Step step) {
        return switch (step) {
            case Step.Create create -> create.cause() == Cause.REPAIR;
            case Step.Update update -> update.cause() == Cause.REPAIR;
            case Step.Replace replace -> replace.cause() == Cause.REPAIR;
            case Step.Repair _ -> true;
            default -> false;
        };
    }

    private boolean keep(ObjectKey workload, Step step) throws IOException {
        String reference = References.name(step.key());
        Node.Mapping live = sides.get(workload);
        Standing known = Standing.of(live);
        boolean isUnderway = known != null && (known.phase() == Phase.SPLIT || known.isComingIn());
        Standing standing = isUnderway ? known : sides.beginning(workload, live);
        if (standing == null) {
            return false;
        }
        Kept kept = standing.kept().get(reference);
        Node.Mapping stable = sides.stable(live, standing);
        if (kept == null && (stable == null || !References.of(stable).contains(reference))) {
            return false;
        }
        Node.Mapping wanted = step instanceof Step.Declaring declaring
                ? declaring.desired().document().content()
                : null;
        Node.Mapping there = copies.find(step.key());
        boolean isThere = Copies.isThere(wanted, there);
        boolean isCopied = kept != null
                && kept.gone() == (wanted == null)
                && isLike(wanted, kept.gone() ? null : copies.find(copy(step.key(), kept)));
        return switch (Configuration.decide(standing.phase(), kept, isCopied, isThere)) {
            case APPLY -> false;
            case WAIT -> true;
            case COPY -> copied(workload, step, live, standing, wanted, there);
            case RELEASE -> released(workload, reference, live, standing, isThere);
        };
    }

    private boolean copied(
            ObjectKey workload,
            Step step,
            Node.Mapping live,
            Standing standing,
            Node.@Nullable Mapping wanted,
            Node.@Nullable Mapping there)
            throws IOException {
        if (step instanceof Step.Replace replace) {
            // At the end of the rollout it would be too late to say so.
            Applying.mayReplace(replace);
        }
        String reference = References.name(step.key());
        // The same each time it is tried: what nobody writes down on the Deployment is not left behind.
        String version = step instanceof Step.Declaring declaring
                ? declaring.desired().revision() + " " + version(there)
                : version(live);
        Kept made = Configuration.keep(
                reference, wanted == null, live.mapping("metadata").text("uid", ""), version);
        if (wanted != null) {
            copies.make(live, step.key().kind(), made.copy(), wanted, sides.user(workload));
        }
        SortedMap<String, Kept> all = new TreeMap<>(standing.kept());
        all.put(reference, made);
        sides.write(workload, live, standing.keeping(all), null);
        tell(workload, step, made);
        return true;
    }

    private boolean released(
            ObjectKey workload, String reference, Node.Mapping live, Standing standing, boolean isThere)
            throws IOException {
        SortedMap<String, Kept> others = new TreeMap<>(standing.kept());
        others.remove(reference);
        boolean isOther = standing.phase() == Phase.REPLACING && others.isEmpty() && !isThere;
        sides.write(
                workload,
                live,
                standing.keeping(others),
                isOther ? Configuration.inForce(template(live), reference) : null);
        return false;
    }

    /** @param wanted null: it is to be gone */
    private static boolean isLike(Node.@Nullable Mapping wanted, Node.@Nullable Mapping there) {
        if (wanted == null || there == null) {
            return wanted == null && there == null;
        }
        return Copies.contents(wanted).equals(Copies.contents(there));
    }

    private void tell(ObjectKey workload, Step step, Kept made) {
        String reference = References.name(step.key());
        Set<String> others = new TreeSet<>();
        for (Observed.Seen seen : observed.all()) {
            Live live = seen.live();
            if (live.key().namespace().equals(workload.namespace())
                    && !live.key().equals(workload)
                    && References.of(template(live.content())).contains(reference)) {
                others.add(live.key().kind() + "/" + live.key().name());
            }
        }
        sides.tell(
                step.key(),
                "ConfigurationKept",
                "it stays as it is while a new version of " + workload.kind() + "/" + workload.name()
                        + (made.gone()
                                ? " runs without it"
                                : " reads " + step.key().kind() + "/" + made.copy())
                        + (others.isEmpty() ? "" : "; so it does for " + String.join(", ", others)));
    }

    /**
     * Makes what the new version reads what everybody reads, and lets the Deployment replace its pods.
     *
     * @return false while somebody else keeps it, or as long as the loop has not said again what is declared
     */
    boolean comeIn(ObjectKey workload) throws IOException {
        lock.lock();
        try {
            return SideBySide.again(() -> applied(workload));
        } finally {
            lock.unlock();
        }
    }

    private boolean applied(ObjectKey workload) throws IOException {
        Node.Mapping live = sides.get(workload);
        Standing standing = Standing.of(live);
        Observed.Seen seen = observed.find(workload);
        if (standing == null || !standing.isComingIn() || seen == null) {
            return true;
        }
        for (String reference : standing.kept().keySet()) {
            if (isKeptElsewhere(reference, workload)) {
                return false;
            }
        }
        for (Map.Entry<String, Kept> each : standing.kept().entrySet()) {
            ObjectKey key = key(each.getKey(), workload);
            Kept kept = each.getValue();
            Node.Mapping copy = kept.gone() ? null : copies.find(copy(key, kept));
            Node.Mapping there = copies.find(key);
            if (there != null && kept.gone()) {
                applying.apply(new Step.Delete(key, seen.live().application()));
            } else if (!isLike(copy, there)) {
                Step.Declaring step = declared.get(key);
                if (step == null) {
                    return false;
                }
                applying.apply(step);
            }
        }
        String what = standing.kept().values().stream().map(Kept::copy).collect(Collectors.joining(" "));
        sides.write(workload, live, standing.keeping(new TreeMap<>()), Configuration.inForce(template(live), what));
        standing.kept().keySet().forEach(reference -> forget(key(reference, workload)));
        return true;
    }

    /**
     * What the new version of a workload waits for in vain, one sentence each.
     *
     * @param template as it is declared
     */
    List<String> missing(ObjectKey workload, Node.Mapping template, Standing standing) throws IOException {
        Set<String> there = new HashSet<>();
        for (Map.Entry<String, Kept> each : standing.kept().entrySet()) {
            ObjectKey copy = copy(key(each.getKey(), workload), each.getValue());
            if (!each.getValue().gone() && copies.find(copy) != null) {
                there.add(References.name(copy));
            }
        }
        return Configuration.missing(template, standing.kept(), there::contains);
    }

    private boolean isKeptElsewhere(String reference, ObjectKey workload) {
        return standings().entrySet().stream()
                .anyMatch(other -> !other.getKey().equals(workload)
                        && other.getKey().namespace().equals(workload.namespace())
                        && other.getValue().phase() == Phase.SPLIT
                        && other.getValue().kept().containsKey(reference));
    }

    private void forget(ObjectKey key) {
        boolean isKept = standings().entrySet().stream()
                .anyMatch(other -> other.getKey().namespace().equals(key.namespace())
                        && other.getValue().kept().containsKey(References.name(key)));
        if (!isKept) {
            declared.remove(key);
        }
    }

    /** Takes away what no version reads any more. */
    void clear(ObjectKey workload) throws IOException {
        lock.lock();
        try {
            Standing standing = Standing.of(sides.get(workload));
            if (standing == null || standing.phase() == Phase.LEAVING) {
                copies.deleteAll(workload, Set.of(), sides.user(workload));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a step is about to change what pods see. */
    private boolean changes(Step step) {
        Observed.Seen seen = observed.find(step.key());
        return seen != null
                && !(step instanceof Step.Declaring declaring
                        && isLike(
                                declaring.desired().document().content(),
                                seen.live().content()));
    }

    /**
     * Pods of a workload whose configuration once came in with a version of it go with that from then on, so that a rollback after
     * the rollout takes it back, too. Others see a change as Kubernetes has it.
     */
    private void follow(Step step) throws IOException {
        String reference = References.name(step.key());
        for (Observed.Seen seen : observed.all()) {
            Live live = seen.live();
            if (live.key().kind().equals("Deployment")
                    && live.key().namespace().equals(step.key().namespace())
                    && seen.raw().mapping("metadata").mapping("annotations").text(Configuration.ANNOTATION) != null
                    && References.of(template(live.content())).contains(reference)) {
                ObjectKey workload = live.key();
                SideBySide.again(() -> {
                    Node.Mapping now = sides.get(workload);
                    Standing standing = Standing.of(now);
                    if (standing == null || standing.phase() != Phase.SPLIT) {
                        sides.write(workload, now, standing, Configuration.inForce(template(now), version(now)));
                    }
                    return true;
                });
            }
        }
    }

    private static String version(Node.@Nullable Mapping object) {
        return object == null ? "" : object.mapping("metadata").text("resourceVersion", "");
    }

    private static Node.Mapping template(Node.Mapping workload) {
        return workload.mapping("spec").mapping("template");
    }

    private static ObjectKey key(String reference, ObjectKey workload) {
        int slash = reference.indexOf('/');
        return new ObjectKey("", reference.substring(0, slash), workload.namespace(), reference.substring(slash + 1));
    }

    private static ObjectKey copy(ObjectKey key, Kept kept) {
        return new ObjectKey("", key.kind(), key.namespace(), kept.copy());
    }
}
