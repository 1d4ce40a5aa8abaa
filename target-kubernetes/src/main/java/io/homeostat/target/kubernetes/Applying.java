package io.homeostat.target.kubernetes;

import io.homeostat.converge.Step;
import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Body;
import io.homeostat.target.kubernetes.objects.Conflicts;
import io.homeostat.target.kubernetes.objects.Inventory;
import io.homeostat.target.kubernetes.objects.Leaving;
import io.homeostat.target.kubernetes.objects.Projection;
import io.homeostat.target.kubernetes.versions.Division;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.References;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The steps of a plan, as requests. Each may be repeated, whatever became of the last try. */
final class Applying {

    static final String MANAGER = "homeostat";
    /** Under this name what left Git is cleared away; forgotten as soon as the rest is applied. */
    private static final String CLEARING = "homeostat-clearing";

    /** How long a kind may take to be served once its definition is applied, and a deleted object to be gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ApiServer server;
    private final Resources resources;
    private final Inventories inventories;
    private final Observed observed;
    private final Adoption adoption;
    private final String environment;
    private final BiConsumer<Resource, String> needed;

    /** @param needed called with each kind and namespace of which we apply an object, so that it is watched */
    Applying(
            ApiServer server,
            Resources resources,
            Inventories inventories,
            Observed observed,
            Adoption adoption,
            String environment,
            BiConsumer<Resource, String> needed) {
        this.server = server;
        this.resources = resources;
        this.inventories = inventories;
        this.observed = observed;
        this.adoption = adoption;
        this.environment = environment;
        this.needed = needed;
    }

    void apply(Step step) throws IOException {
        switch (step) {
            case Step.Replace replace -> replace(replace);
            case Step.Move move -> {
                declare(move.desired());
                if (!move.fromApplication().equals(move.application())) {
                    inventories.left(move.fromApplication(), move.key());
                }
            }
            case Step.Declaring declaring -> declare(declaring.desired());
            case Step.Delete delete -> delete(delete.key(), delete.application());
            case Step.Kept _, Step.Blocked _ -> {}
        }
    }

    private void declare(Declared desired) throws IOException {
        ObjectKey key = desired.document().key();
        Observed.Seen seen = observed.find(key);
        if (seen != null && seen.isLeaving()) {
            throw new IOException(leaving(seen) + "; it is made anew when it is gone");
        }
        Resource resource = resource(desired);
        needed.accept(resource, key.namespace());
        Inventory inventory = inventories.of(desired.application());
        List<String> left = seen == null ? List.of() : seen.left();
        Node.Mapping answer = send(desired, resource, left, inventory);
        Applied applied = Inventories.applied(desired);
        boolean isDivided = Ordinals.has(key) && SideBySide.standing(observed, key) != null;
        Node.Mapping settled = isDivided
                ? Ordinals.with(answer, Ordinals.partition(applied.content().mapping("spec")))
                : answer;
        Node.Mapping projected = Projection.of(applied.content(), settled);
        if (left.isEmpty() && !projected.equals(applied.content())) {
            applied = applied.withSettled(projected);
        }
        inventories.settled(desired.application(), applied);
        observed.take(resource, answer);
    }

    private Node.Mapping send(Declared desired, Resource resource, List<String> left, Inventory inventory)
            throws IOException {
        ObjectKey key = desired.document().key();
        String object = resource.path(key.namespace(), key.name());
        String path = object + "?fieldManager=" + MANAGER;
        boolean isAdopted = adoption.isGranted(key);
        boolean force = isAdopted || "force".equals(desired.document().annotation(Annotations.CONFLICTS));
        boolean isCleared = false;
        Set<String> yielded = new HashSet<>();
        // Each round either succeeds or decides more conflicts than the one before.
        while (true) {
            Node.Mapping body = divided(Body.of(desired, resource.isNamespaced(), environment, left, yielded), key);
            try {
                Node.Mapping answer = server.call(
                        Request.apply(force ? path + "&force=true" : path, body).as(user(inventory)));
                if (isCleared) {
                    answer = adoption.forgetting(Applying::isClearing, object, answer, user(inventory));
                }
                return isAdopted ? adoption.done(key, object, answer, user(inventory)) : answer;
            } catch (ApiFailure refused) {
                List<Conflicts.Conflict> conflicts = refused.isConflict() ? Conflicts.of(refused) : List.of();
                if (!force
                        && !conflicts.isEmpty()
                        && conflicts.stream().allMatch(each -> each.manager().equals(GatewayRoutes.MANAGER))) {
                    // Ourselves: how traffic is divided stays, as it is in the body.
                    force = true;
                    continue;
                }
                if (conflicts.isEmpty()) {
                    if (isCleared || !clear(object, body, refused, inventory)) {
                        throw refusal(refused, desired, inventory);
                    }
                    isCleared = true;
                    continue;
                }
                switch (Conflicts.decide(
                        conflicts, before(desired), desired.document().content())) {
                    case Conflicts.Answer.TakeBack _ -> {
                        if (force) {
                            throw refused;
                        }
                        force = true;
                    }
                    case Conflicts.Answer.LeaveOut out -> {
                        if (!yielded.addAll(out.fields())) {
                            throw refused;
                        }
                    }
                    case Conflicts.Answer.Refuse refuse -> throw new IOException(refuse.reason(), refused);
                }
            }
        }
    }

    /** A route that divides traffic just now goes on doing so, and so does a StatefulSet that stands in two versions. */
    private Node.Mapping divided(Node.Mapping body, ObjectKey key) {
        Observed.Seen seen = observed.find(key);
        if (seen != null && Ordinals.has(key) && SideBySide.standing(observed, key) != null) {
            return Ordinals.with(body, Ordinals.partition(seen.raw().mapping("spec")));
        }
        return seen == null ? body : Division.divided(body, Division.of(seen.raw()));
    }

    /** Takes away what an API server keeps of blocks that are not declared any more, as that may be what it refused. */
    private boolean clear(String object, Node.Mapping body, ApiFailure refused, Inventory inventory)
            throws IOException {
        if (refused.code() != 422) {
            return false;
        }
        // What we keep of an object does not say who owns what.
        Node.Mapping live = server.call(Request.get(object).as(user(inventory)));
        Node.Mapping patch = Leaving.patch(live, body, MANAGER);
        if (patch == null) {
            return false;
        }
        server.call(
                Request.strategic(object + "?fieldManager=" + CLEARING, patch).as(user(inventory)));
        return true;
    }

    private static boolean isClearing(Node.Mapping entry) {
        return entry.text("manager", "").equals(CLEARING);
    }

    /** What we had applied of the object as the cluster holds it. */
    private Node.Mapping before(Declared desired) {
        Observed.Seen seen = observed.find(desired.document().key());
        if (seen == null) {
            return Node.Mapping.EMPTY;
        }
        Applied applied = inventories.applied(
                seen.live().application(), seen.live().key(), seen.live().appliedDigest());
        return applied == null || !applied.digest().equals(seen.live().appliedDigest())
                ? Node.Mapping.EMPTY
                : applied.content();
    }

    static @Nullable String user(Inventory inventory) {
        String account = inventory.serviceAccount();
        return account == null ? null : "system:serviceaccount:" + account.replace('/', ':');
    }

    private static IOException refusal(ApiFailure refused, Declared desired, Inventory inventory) {
        String message = String.valueOf(refused.getMessage());
        if (refused.code() == 403 && inventory.serviceAccount() != null) {
            return new IOException(
                    "service account '" + inventory.serviceAccount() + "', as which '" + desired.application()
                            + "' is applied, may not do this: " + message,
                    refused);
        }
        if (refused.code() == 422 && (message.contains("immutable") || message.contains("Forbidden: updates to"))) {
            return new IOException(
                    message
                            + "; what cannot be changed in place is deleted and made anew only where the object is annotated "
                            + Annotations.REPLACE + ": allowed",
                    refused);
        }
        return refused;
    }

    /** The kind of an object; one whose definition came in the same commit may take a moment to be served. */
    private Resource resource(Declared desired) throws IOException {
        String apiVersion = desired.document().apiVersion();
        String kind = desired.document().key().kind();
        Resource found = resources.find(apiVersion, kind);
        if (found != null) {
            return found;
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (isDefinedByUs(desired.document().key().group(), kind) && System.nanoTime() < end) {
            rest();
            found = resources.find(apiVersion, kind);
            if (found != null) {
                return found;
            }
        }
        return resources.get(apiVersion, kind);
    }

    private boolean isDefinedByUs(String group, String kind) {
        for (Inventory inventory : inventories.all().values()) {
            for (Applied applied : inventory.objects().values()) {
                Node.Mapping spec = applied.content().mapping("spec");
                if (applied.key().kind().equals("CustomResourceDefinition")
                        && spec.text("group", "").equals(group)
                        && spec.mapping("names").text("kind", "").equals(kind)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @throws IOException why what is there must not be deleted to be made anew */
    static void mayReplace(Step.Replace step) throws IOException {
        boolean allowed = step.key().kind().equals("Job")
                || "allowed".equals(step.desired().document().annotation(Annotations.REPLACE));
        if (!allowed) {
            String another = References.isConfiguration(step.key())
                    ? "; give what it is to be another name, as generators of Kustomize do, and let who reads it name that;"
                            + " or, to have it"
                    : "; to have it";
            throw new IOException(step.reason() + another + " deleted and made anew, annotate it " + Annotations.REPLACE
                    + ": allowed");
        }
    }

    private void replace(Step.Replace step) throws IOException {
        mayReplace(step);
        Observed.Seen seen = observed.find(step.key());
        if (seen != null) {
            remove(seen, "Background", inventories.of(step.application()));
            awaitGone(seen);
        }
        declare(step.desired());
    }

    private void delete(ObjectKey key, String application) throws IOException {
        Observed.Seen seen = observed.find(key);
        inventories.leaves(key);
        if (seen == null) {
            inventories.gone(application, key);
            return;
        }
        Inventory inventory = inventories.of(application);
        Applied applied = inventory.objects().get(key);
        String policy = applied == null ? null : applied.annotation(Annotations.DELETION);
        if (!seen.isLeaving()) {
            remove(
                    seen,
                    switch (policy == null ? "" : policy) {
                        case "foreground", "wait" -> "Foreground";
                        case "orphan" -> "Orphan";
                        default -> "Background";
                    },
                    inventory);
        }
        if ("wait".equals(policy)) {
            awaitGone(seen);
        }
    }

    private void remove(Observed.Seen seen, String propagation, Inventory inventory) throws IOException {
        ObjectKey key = seen.live().key();
        Node.Mapping options = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "DeleteOptions")
                .with("propagationPolicy", propagation)
                .with("preconditions", Node.Mapping.EMPTY.with("uid", seen.uid()));
        try {
            Node.Mapping answer = server.call(Request.delete(seen.resource().path(key.namespace(), key.name()), options)
                    .as(user(inventory)));
            if (answer.text("kind", "").equals("Status")) {
                observed.forget(key);
            } else {
                observed.take(seen.resource(), answer);
            }
        } catch (ApiFailure refused) {
            // Gone already, or another one of the same name that is not the one we meant.
            if (!refused.isMissing() && !refused.isConflict()) {
                throw refused;
            }
            observed.forget(key);
        }
    }

    private void awaitGone(Observed.Seen seen) throws IOException {
        ObjectKey key = seen.live().key();
        String path = seen.resource().path(key.namespace(), key.name());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Node.Mapping there = server.call(Request.get(path));
                if (!there.mapping("metadata").text("uid", "").equals(seen.uid())) {
                    break;
                }
                observed.take(seen.resource(), there);
            } catch (ApiFailure refused) {
                if (!refused.isMissing()) {
                    throw refused;
                }
                break;
            }
            if (System.nanoTime() >= end) {
                Observed.Seen still = observed.find(key);
                throw new IOException(leaving(still == null ? seen : still) + " for more than " + PATIENCE.toSeconds()
                        + " s; it goes on when that is gone");
            }
            rest();
        }
        observed.forget(key);
    }

    /** Who keeps an object that is to go. */
    private static String leaving(Observed.Seen seen) {
        List<String> finalizers = seen.raw().mapping("metadata").sequence("finalizers").stream()
                .map(Node::toString)
                .toList();
        return seen.live().key() + " is being deleted"
                + (finalizers.isEmpty() ? "" : " and waits for the owner of " + String.join(", ", finalizers));
    }

    private static void rest() throws InterruptedIOException {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for the cluster");
        }
    }
}
