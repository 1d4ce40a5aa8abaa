package io.homeostat.target.kubernetes.api;

import io.homeostat.model.Node;
import org.jspecify.annotations.Nullable;

/**
 * One request.
 *
 * @param path with its query
 * @param body null for none
 * @param as whom to be taken for ({@code system:serviceaccount:shop:deployer}); null: ourselves
 */
public record Request(
        String method,
        String path,
        String contentType,
        Node.@Nullable Mapping body,
        @Nullable String as) {

    private static final String JSON = "application/json";
    private static final String APPLY = "application/apply-patch+yaml";

    private static final String STRATEGIC = "application/strategic-merge-patch+json";
    private static final String MERGE = "application/merge-patch+json";

    public static Request get(String path) {
        return new Request("GET", path, JSON, null, null);
    }

    public static Request post(String path, Node.Mapping body) {
        return new Request("POST", path, JSON, body, null);
    }

    public static Request put(String path, Node.Mapping body) {
        return new Request("PUT", path, JSON, body, null);
    }

    public static Request delete(String path, Node.Mapping options) {
        return new Request("DELETE", path, JSON, options, null);
    }

    public static Request apply(String path, Node.Mapping body) {
        return new Request("PATCH", path, APPLY, body, null);
    }

    /** Fields of an object written over, whoever owns them. */
    public static Request merge(String path, Node.Mapping body) {
        return new Request("PATCH", path, MERGE, body, null);
    }

    /** As {@link #merge}, with lists merged by what tells their elements apart; only built-in kinds know it. */
    public static Request strategic(String path, Node.Mapping body) {
        return new Request("PATCH", path, STRATEGIC, body, null);
    }

    public Request as(@Nullable String user) {
        return new Request(method, path, contentType, body, user);
    }

    /** Whether sending it twice is the same as sending it once. */
    boolean isRepeatable() {
        return !method.equals("POST");
    }
}
