package io.homeostat.model.internal.read;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every document must say of itself: apiVersion, kind, a name. */
public final class Identity {

    private Identity() {}

    /** The document with its key; null when it does not say which object it is, and then the problems say why. */
    public static @Nullable Document of(Node.Mapping content, List<Problem> problems) {
        String apiVersion = required(content, content, "apiVersion", "'apps/v1'", problems);
        String kind = required(content, content, "kind", "'Deployment'", problems);
        Node metadata = content.get("metadata");
        if (!(metadata instanceof Node.Mapping meta)) {
            problems.add(
                    metadata == null
                            ? Problem.error(content.at(), "missing-key", "'metadata' is missing")
                                    .suggesting("add 'metadata: {name: …}'")
                            : Problem.error(metadata.at(), "wrong-type", "'metadata' must be a mapping"));
            return null;
        }
        String name = required(meta, meta, "name", "'web'", problems);
        Node space = meta.get("namespace");
        String namespace = space == null || space instanceof Node.Null
                ? ObjectKey.DEFAULT_NAMESPACE
                : required(meta, meta, "namespace", "'default'", problems);
        if (apiVersion == null || kind == null || name == null || namespace == null) {
            return null;
        }
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        boolean sound = true;
        if (apiVersion.indexOf('/', slash + 1) >= 0 || apiVersion.endsWith("/") || slash == 0) {
            problems.add(Problem.error(
                            place(content, "apiVersion"), "bad-value", "'" + apiVersion + "' is not an apiVersion")
                    .expecting("'version' or 'group/version'"));
            sound = false;
        }
        sound &= isName(group, name, place(meta, "name"), problems);
        if (!Names.isLabel(namespace)) {
            problems.add(Names.refused("namespace", namespace, Names.LABEL, place(meta, "namespace")));
            sound = false;
        }
        return sound
                ? new Document(new ObjectKey(group, kind, namespace, Keys.canonical(name)), apiVersion, content)
                : null;
    }

    /** Names of roles are freer than those of anything else: {@code system:node}. */
    private static boolean isName(String group, String name, Position at, List<Problem> problems) {
        if (group.equals("openslo")) {
            if (Names.isOpenSlo(name)) {
                return true;
            }
            problems.add(Names.refused("name", name, Names.OPEN_SLO, at));
            return false;
        }
        if (Names.isSubdomain(name) || (group.equals("rbac.authorization.k8s.io") && Names.isPathSegment(name))) {
            return true;
        }
        problems.add(Names.refused("name", name, Names.SUBDOMAIN, at));
        return false;
    }

    private static Position place(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value == null ? in.at() : value.at();
    }

    private static @Nullable String required(
            Node.Mapping in, Node.Mapping parent, String key, String example, List<Problem> problems) {
        Node value = in.get(key);
        if (value instanceof Node.Text text && !text.value().isEmpty()) {
            return text.value();
        }
        if (value == null || value instanceof Node.Null || value instanceof Node.Text) {
            problems.add(Problem.error(parent.at(), "missing-key", "'" + key + "' is missing")
                    .expecting("text such as " + example));
        } else {
            problems.add(Problem.error(value.at(), "wrong-type", "'" + key + "' must be text")
                    .expecting("text such as " + example)
                    .suggesting(value instanceof Node.Mapping || value instanceof Node.Sequence ? null : "quote it"));
        }
        return null;
    }
}
