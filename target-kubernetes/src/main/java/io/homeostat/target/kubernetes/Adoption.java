package io.homeostat.target.kubernetes;

import io.homeostat.converge.Diff;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Foreign;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import io.homeostat.target.kubernetes.api.Resource;
import io.homeostat.target.kubernetes.api.Resources;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.objects.Owners;
import io.homeostat.target.kubernetes.objects.Projection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Taking over what exists: what it would change, whose consent was given, and letting the tools go that wrote it before. A
 * controller keeps what it has; a person's tool that is not used any more would only keep fields from ever leaving. Safe for use by
 * many threads.
 */
final class Adoption {

    /** Managers that are a person at a terminal. */
    private static final List<String> TOOLS = List.of("kubectl", "helm");

    private final ApiServer server;
    private final Resources resources;
    private final Observed observed;
    private final Set<ObjectKey> granted = ConcurrentHashMap.newKeySet();

    Adoption(ApiServer server, Resources resources, Observed observed) {
        this.server = server;
        this.resources = resources;
        this.observed = observed;
    }

    List<Foreign> foreign(Collection<Declared> declared) throws IOException {
        List<Foreign> foreign = new ArrayList<>();
        for (Declared desired : declared) {
            ObjectKey key = desired.document().key();
            if (observed.find(key) == null) {
                Node.Mapping live = read(desired);
                if (live != null) {
                    Node.Mapping content = desired.document().content();
                    foreign.add(new Foreign(
                            key,
                            Owners.of(live).managers(),
                            live.mapping("metadata").mapping("labels").text(Annotations.ENVIRONMENT, ""),
                            Diff.between(Projection.of(content, live), content)));
                }
            }
        }
        return foreign;
    }

    private Node.@Nullable Mapping read(Declared desired) throws IOException {
        ObjectKey key = desired.document().key();
        Resource resource = resources.find(desired.document().apiVersion(), key.kind());
        if (resource == null) {
            return null; // Its definition comes with the same commit, perhaps; then it cannot exist either.
        }
        try {
            return server.call(Request.get(resource.path(key.namespace(), key.name())));
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return null;
            }
            throw failure;
        }
    }

    void grant(Collection<ObjectKey> objects) {
        granted.addAll(objects);
    }

    boolean isGranted(ObjectKey key) {
        return granted.contains(key);
    }

    /**
     * It was applied: the tools that wrote it before are forgotten as its owners.
     *
     * @param user as whom it is written; null: ourselves
     * @return the object as it is now
     */
    Node.Mapping done(ObjectKey key, String path, Node.Mapping answer, @Nullable String user) throws IOException {
        Node.Mapping adopted = forgetting(entry -> isTool(entry.text("manager", "")), path, answer, user);
        granted.remove(key);
        return adopted;
    }

    /**
     * Makes the API server forget what some managers own; the fields stay.
     *
     * @param who of the entries of {@code managedFields}
     * @param user as whom it is written; null: ourselves
     * @return the object as it is now
     */
    Node.Mapping forgetting(Predicate<Node.Mapping> who, String path, Node.Mapping answer, @Nullable String user)
            throws IOException {
        Node.Mapping metadata = answer.mapping("metadata");
        List<Node> kept = new ArrayList<>();
        for (Node each : metadata.sequence("managedFields")) {
            if (!(each instanceof Node.Mapping entry && who.test(entry))) {
                kept.add(each);
            }
        }
        if (kept.size() == metadata.sequence("managedFields").size()) {
            return answer;
        }
        Node.Mapping change = Node.Mapping.EMPTY
                .with("resourceVersion", metadata.text("resourceVersion", ""))
                .with("managedFields", new Node.Sequence(kept, Position.NONE));
        return server.call(
                Request.merge(path + "?fieldManager=" + Applying.MANAGER, Node.Mapping.EMPTY.with("metadata", change))
                        .as(user));
    }

    private static boolean isTool(String manager) {
        String name = manager.toLowerCase(Locale.ROOT);
        return TOOLS.stream().anyMatch(tool -> name.equals(tool) || name.startsWith(tool + "-"));
    }
}
