package io.homeostat.agent;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of routes as an OpenAPI 3.1 document. Pure. */
final class OpenApi {

    private OpenApi() {}

    static Node.Mapping of(List<Route> routes, String version) {
        Map<String, Node.Mapping> paths = new LinkedHashMap<>();
        for (Route route : routes) {
            Node.Mapping path = paths.getOrDefault(route.path(), Node.Mapping.EMPTY);
            paths.put(route.path(), path.with(route.method().toLowerCase(Locale.ROOT), operation(route)));
        }
        Node.Mapping all = Node.Mapping.EMPTY;
        for (Map.Entry<String, Node.Mapping> path : paths.entrySet()) {
            all = all.with(path.getKey(), path.getValue());
        }
        return Node.Mapping.EMPTY
                .with("openapi", "3.1.0")
                .with(
                        "info",
                        Node.Mapping.EMPTY
                                .with("title", "homeostat")
                                .with("version", version)
                                .with(
                                        "description",
                                        "What an agent of homeostat answers. docs/api.md is its reference."))
                .with("paths", all)
                .with(
                        "components",
                        Node.Mapping.EMPTY
                                .with("securitySchemes", Node.Mapping.EMPTY.with("token", bearer()))
                                .with("schemas", Node.Mapping.EMPTY.with("problem", problem())));
    }

    private static Node.Mapping operation(Route route) {
        boolean query = route.method().equals("GET");
        Node.Mapping operation = Node.Mapping.EMPTY
                .with("summary", route.summary())
                .with(
                        "operationId",
                        route.method().toLowerCase(Locale.ROOT) + route.path().replaceAll("\\W+", "-"));
        if (query && !route.fields().isEmpty()) {
            operation = operation.with("parameters", JsonList.of(route.fields(), OpenApi::parameter));
        } else if (!route.fields().isEmpty()) {
            operation = operation.with("requestBody", content(Route.JSON, body(route.fields())));
        }
        Node.Mapping good = Node.Mapping.EMPTY.with("description", route.summary());
        Node.Mapping types = Node.Mapping.EMPTY;
        for (String type : route.answers().split(", ")) {
            types = types.with(type, Node.Mapping.EMPTY.with("schema", Node.Mapping.EMPTY));
        }
        Node.Mapping answers = Node.Mapping.EMPTY
                .with("200", good.with("content", types))
                .with(
                        "default",
                        content(
                                        "application/problem+json",
                                        Node.Mapping.EMPTY.with("$ref", "#/components/schemas/problem"))
                                .with("description", "why not, and what to do"));
        operation = operation.with("responses", answers);
        if (route.needs() == null) {
            return operation.with("security", JsonList.of(List.of()));
        }
        Node.Mapping token = Node.Mapping.EMPTY.with("token", JsonList.of(List.of()));
        return operation
                .with("security", JsonList.of(List.of(token), each -> each))
                .with("x-role", route.needs().word());
    }

    private static Node.Mapping parameter(Route.Field field) {
        return Node.Mapping.EMPTY
                .with("name", field.name())
                .with("in", "query")
                .with("description", field.meaning())
                .with("required", Node.Bool.of(field.required()))
                .with("schema", Node.Mapping.EMPTY.with("type", field.type()));
    }

    private static Node.Mapping body(List<Route.Field> fields) {
        Node.Mapping properties = Node.Mapping.EMPTY;
        List<String> required = new ArrayList<>();
        for (Route.Field field : fields) {
            properties = properties.with(
                    field.name(), Node.Mapping.EMPTY.with("type", field.type()).with("description", field.meaning()));
            if (field.required()) {
                required.add(field.name());
            }
        }
        return Node.Mapping.EMPTY
                .with("type", "object")
                .with("properties", properties)
                .with("required", JsonList.of(required));
    }

    private static Node.Mapping content(String type, Node.Mapping schema) {
        return Node.Mapping.EMPTY.with(
                "content", Node.Mapping.EMPTY.with(type, Node.Mapping.EMPTY.with("schema", schema)));
    }

    private static Node.Mapping bearer() {
        return Node.Mapping.EMPTY
                .with("type", "http")
                .with("scheme", "bearer")
                .with("description", "the token in agent.json of the state directory");
    }

    private static Node.Mapping problem() {
        Node.Mapping text = Node.Mapping.EMPTY.with("type", "string");
        return Node.Mapping.EMPTY
                .with("type", "object")
                .with("description", "RFC 9457")
                .with(
                        "properties",
                        Node.Mapping.EMPTY
                                .with("title", text)
                                .with("status", Node.Mapping.EMPTY.with("type", "integer"))
                                .with("detail", text)
                                .with("suggestion", text));
    }
}
