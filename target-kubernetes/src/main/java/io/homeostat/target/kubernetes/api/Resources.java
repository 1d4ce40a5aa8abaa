package io.homeostat.target.kubernetes.api;

import io.homeostat.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which kinds an API server serves; asked once for each version of a group, and again for what was not there. */
public final class Resources {

    private final ApiServer server;
    private final Map<String, Map<String, Resource>> known = new ConcurrentHashMap<>();

    public Resources(ApiServer server) {
        this.server = server;
    }

    /** The kind as it is served; null when it is not. What is not known is asked for each time. */
    public @Nullable Resource find(String apiVersion, String kind) throws IOException {
        Map<String, Resource> kinds = known.get(apiVersion);
        Resource found = kinds == null ? null : kinds.get(kind);
        if (found != null) {
            return found;
        }
        try {
            kinds = read(apiVersion, server.call(Request.get(Resource.base(apiVersion))));
        } catch (ApiFailure failure) {
            if (failure.isMissing()) {
                return null;
            }
            throw failure;
        }
        known.put(apiVersion, kinds);
        return kinds.get(kind);
    }

    /** The kind as it is served, whatever it takes to say why it is not. */
    public Resource get(String apiVersion, String kind) throws IOException {
        Resource found = find(apiVersion, kind);
        if (found == null) {
            List<String> others = versions(apiVersion, kind);
            throw new NotServed("the cluster serves no " + kind + " of " + apiVersion
                    + (others.isEmpty() ? "; is its CustomResourceDefinition there?" : ", but " + others));
        }
        return found;
    }

    /** A cluster does not know a kind. */
    public static final class NotServed extends IOException {
        private static final long serialVersionUID = 1;

        NotServed(String message) {
            super(message);
        }
    }

    /** In which other versions of the same group a kind is served. */
    private List<String> versions(String apiVersion, String kind) throws IOException {
        List<String> versions = new ArrayList<>();
        int slash = apiVersion.indexOf('/');
        if (slash < 0) {
            return versions;
        }
        try {
            Node.Mapping group = server.call(Request.get("/apis/" + apiVersion.substring(0, slash)));
            for (Node version : group.sequence("versions")) {
                if (version instanceof Node.Mapping mapping) {
                    String other = mapping.text("groupVersion", "");
                    if (!other.equals(apiVersion) && find(other, kind) != null) {
                        versions.add(other);
                    }
                }
            }
        } catch (ApiFailure unknown) {
            if (!unknown.isMissing()) {
                throw unknown;
            }
        }
        return versions;
    }

    private static Map<String, Resource> read(String apiVersion, Node.Mapping list) {
        Map<String, Resource> kinds = new LinkedHashMap<>();
        for (Node each : list.sequence("resources")) {
            // What has a slash in its name is a part of another one: deployments/scale.
            if (each instanceof Node.Mapping resource
                    && resource.text("name", "/").indexOf('/') < 0) {
                String kind = resource.text("kind", "");
                kinds.put(
                        kind,
                        new Resource(apiVersion, kind, resource.text("name", ""), resource.flag("namespaced", true)));
            }
        }
        return kinds;
    }
}
