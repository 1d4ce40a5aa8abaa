package io.homeostat.model.internal.our;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.internal.shape.Describe;
import io.homeostat.model.internal.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** A shape as JSON Schema 2020-12, for editors: it completes, explains and marks what is wrong while one types. */
public final class JsonSchema {

    private JsonSchema() {}

    public static Node.Mapping of(Shape.Fields kind) {
        Shape.Member about = kind.members().get("kind");
        Node.Mapping schema = Node.Mapping.EMPTY
                .with("$schema", "https://json-schema.org/draft/2020-12/schema")
                .with("title", (OurKinds.isOpenSlo(kind) ? "OpenSLO " : "homeostat ") + kind.name())
                .with("description", about == null ? "" : about.about());
        Node.Mapping body = schema(kind);
        for (var entry : body.fields().entrySet()) {
            schema = schema.with(entry.getKey(), entry.getValue().value());
        }
        return schema;
    }

    private static Node.Mapping schema(Shape shape) {
        return switch (shape) {
            case Shape.Fields fields -> fields(fields);
            case Shape.Entries entries -> type("object").with("additionalProperties", schema(entries.value()));
            case Shape.Elements elements -> type("array").with("items", schema(elements.element()));
            case Shape.TextOr either ->
                Node.Mapping.EMPTY.with(
                        "anyOf",
                        new Node.Sequence(List.of(schema(either.text()), schema(either.other())), Position.NONE));
            case Shape.Text text ->
                text.pattern() == null ? type("string") : type("string").with("pattern", text.pattern());
            case Shape.Choice choice -> Node.Mapping.EMPTY.with("enum", texts(choice.values()));
            case Shape.Whole whole -> whole(whole);
            case Shape.Decimal _ -> type("number");
            case Shape.Flag _ -> type("boolean");
            case Shape.Quantity _, Shape.IntOrText _ ->
                Node.Mapping.EMPTY.with("type", texts(List.of("string", "number")));
            case Shape.Anything _ -> Node.Mapping.EMPTY;
        };
    }

    private static Node.Mapping fields(Shape.Fields shape) {
        Node.Mapping properties = Node.Mapping.EMPTY;
        List<String> required = new ArrayList<>();
        for (Shape.Member member : shape.members().values()) {
            Node.Mapping property = schema(member.shape()).with("description", description(member));
            if (member.byDefault() != null) {
                property = property.with("default", value(member.byDefault()));
            }
            properties = properties.with(member.name(), property);
            if (member.required()) {
                required.add(member.name());
            }
        }
        Node.Mapping schema = type("object").with("properties", properties);
        if (!required.isEmpty()) {
            schema = schema.with("required", texts(required));
        }
        if (shape.isExactlyOne()) {
            schema = schema.with("minProperties", 1).with("maxProperties", 1);
        }
        return schema.with("additionalProperties", Node.Bool.of(false));
    }

    private static String description(Shape.Member member) {
        String about = member.about().replace("`", "");
        return member.shape() instanceof Shape.Text text && text.pattern() != null
                ? about + " Expected: " + Describe.shape(member.shape()) + "."
                : about;
    }

    private static Node.Mapping whole(Shape.Whole whole) {
        Node.Mapping schema = type("integer");
        if (whole.min() > Integer.MIN_VALUE) {
            schema = schema.with("minimum", whole.min());
        }
        return whole.max() < Integer.MAX_VALUE ? schema.with("maximum", whole.max()) : schema;
    }

    private static Node.Mapping type(String name) {
        return Node.Mapping.EMPTY.with("type", name);
    }

    private static Node texts(List<String> values) {
        return new Node.Sequence(
                values.stream().map(value -> (Node) Node.Text.of(value)).toList(), Position.NONE);
    }

    private static Node value(String json) {
        try {
            return Json.read(json);
        } catch (Json.MalformedException wrong) {
            throw new IllegalStateException("a default of our own kinds is not JSON: " + json, wrong);
        }
    }
}
