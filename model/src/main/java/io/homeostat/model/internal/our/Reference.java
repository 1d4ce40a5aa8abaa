package io.homeostat.model.internal.our;

import io.homeostat.model.Json;
import io.homeostat.model.internal.Kinds;
import io.homeostat.model.internal.kube.KubernetesTypes;
import io.homeostat.model.internal.shape.Describe;
import io.homeostat.model.internal.shape.Shape;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The reference of every kind and field, as Markdown. */
public final class Reference {
    private static final String NOTE = "<!-- Generated from the code by the tests of the module model. -->\n\n";

    private Reference() {}

    /** Content by file name. */
    public static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        for (Shape.Fields kind : OurKinds.ALL) {
            pages.put(prefix(kind) + kind.name() + ".md", ours(kind));
        }
        pages.put("kubernetes.md", kubernetes());
        return pages;
    }

    private static String ours(Shape.Fields kind) {
        Shape.Member about = kind.members().get("kind");
        StringBuilder page = new StringBuilder(NOTE)
                .append(OurKinds.isOpenSlo(kind) ? "# OpenSLO: " : "# ")
                .append(kind.name())
                .append("\n\n")
                .append(about == null ? "" : about.about())
                .append(" Editors complete and check it with [its JSON Schema](../../schemas/")
                .append(schemaFile(kind))
                .append(").\n\n| field | type | default | meaning |\n|---|---|---|---|\n");
        rows(kind, "", page);
        return page.toString();
    }

    private static String prefix(Shape.Fields kind) {
        return OurKinds.isOpenSlo(kind) ? "openslo-" : "";
    }

    /** Name of the file that a kind's JSON Schema ships as. */
    public static String schemaFile(Shape.Fields kind) {
        return prefix(kind) + kind.name().toLowerCase(Locale.ROOT) + ".schema.json";
    }

    private static void rows(Shape.Fields fields, String prefix, StringBuilder page) {
        for (Shape.Member member : fields.members().values()) {
            String path = prefix + member.name();
            String byDefault = member.required() ? "*required*" : code(member.byDefault());
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(path, cell(type(member.shape())), byDefault, cell(member.about())));
            Shape inner = member.shape() instanceof Shape.Elements elements ? elements.element() : member.shape();
            inner = inner instanceof Shape.TextOr either ? either.other() : inner;
            if (inner instanceof Shape.Fields nested) {
                rows(nested, path + (member.shape() instanceof Shape.Elements ? "[]." : "."), page);
            }
        }
    }

    private static String kubernetes() {
        StringBuilder page = new StringBuilder(NOTE).append("""
                        # Kubernetes' kinds

                        Every field that Kubernetes knows of the kinds that homeostat reads in detail, with its type and what an
                        API server asks of it. A field that is not here is reported as unknown, with the nearest one that is.
                        Which of them a target supports is the target's own reference; what it does not support is an error
                        there, never ignored. Other kinds pass with the checks of `apiVersion`, `kind` and `metadata` only.

                        """);
        Map<String, Shape.Fields> types = new TreeMap<>();
        new TreeMap<>(Kinds.DETAILED).forEach((apiVersion, kinds) -> {
            page.append("- `").append(apiVersion).append("`: ");
            page.append(String.join(", ", kinds.stream().map(Reference::link).toList()))
                    .append('\n');
            kinds.forEach(kind -> collect(KubernetesTypes.named(kind), types));
        });
        types.forEach((name, type) -> {
            page.append("\n## ").append(name).append("\n\n| field | type |\n|---|---|\n");
            for (Shape.Member member : type.members().values()) {
                page.append("| `%s`%s | %s |\n"
                        .formatted(member.name(), member.required() ? " *required*" : "", cell(type(member.shape()))));
            }
        });
        return page.toString();
    }

    private static void collect(Shape shape, Map<String, Shape.Fields> types) {
        switch (shape) {
            case Shape.Fields fields -> {
                if (types.putIfAbsent(fields.name(), fields) == null) {
                    fields.members().values().forEach(member -> collect(member.shape(), types));
                }
            }
            case Shape.Elements elements -> collect(elements.element(), types);
            case Shape.Entries entries -> collect(entries.value(), types);
            default -> {}
        }
    }

    private static String type(Shape shape) {
        return switch (shape) {
            case Shape.Fields fields when OurKinds.isOurs(fields) -> "mapping";
            case Shape.Fields fields -> link(fields.name());
            case Shape.Elements elements -> "list of " + plain(type(elements.element()));
            case Shape.Entries entries -> "mapping of names to " + plain(type(entries.value()));
            case Shape.TextOr either -> type(either.text()) + " or " + type(either.other());
            case Shape.Choice choice -> "`" + String.join("`, `", choice.values()) + "`";
            default -> Describe.shape(shape);
        };
    }

    private static String plain(String type) {
        return type.startsWith("a ") ? type.substring(2) : type;
    }

    private static String link(String type) {
        return "[" + type + "](#" + type.toLowerCase(Locale.ROOT) + ")";
    }

    /** A default as one would write it in YAML. */
    private static String code(@Nullable String json) {
        if (json == null) {
            return "";
        }
        try {
            return "`" + (json.startsWith("\"") ? Json.read(json).toString() : json.replace("\"", "")) + "`";
        } catch (Json.MalformedException wrong) {
            throw new IllegalStateException("a default of our own kinds is not JSON: " + json, wrong);
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
