package io.homeostat.chaos.extension;

import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.Extension.How;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The catalogue as JSON. */
public final class CatalogView {

    private CatalogView() {}

    public static Node.Mapping of(Map<String, Catalog.Known> all) {
        List<Node> extensions = new ArrayList<>();
        all.values().forEach(known -> extensions.add(one(known)));
        return Node.Mapping.EMPTY.with("extensions", new Node.Sequence(extensions, Position.NONE));
    }

    private static Node one(Catalog.Known known) {
        Extension extension = known.extension();
        List<Node> parameters = new ArrayList<>();
        extension.parameters().forEach((name, parameter) -> {
            Node.Mapping one = Node.Mapping.EMPTY
                    .with("name", name)
                    .with("type", parameter.type())
                    .with("description", parameter.description())
                    .with("required", Node.Bool.of(parameter.required()));
            parameters.add(parameter.value() == null ? one : one.with("value", parameter.value()));
        });
        return Node.Mapping.EMPTY
                .with("name", extension.name())
                .with("owner", extension.owner())
                .with("description", extension.description())
                .with(
                        "kind",
                        switch (extension.how()) {
                            case How.Executable _ -> "executable";
                            case How.Service _ -> "service";
                            case How.Jar _ -> "jar";
                        })
                .with(
                        "from",
                        switch (extension.how()) {
                            case How.Executable executable -> String.join(" ", executable.command());
                            case How.Service service -> service.url();
                            case How.Jar jar -> jar.path() + " (" + jar.fault() + ")";
                        })
                .with("within", Durations.format(extension.within()))
                .with("declared", Node.Bool.of(known.declared()))
                .with("parameters", new Node.Sequence(parameters, Position.NONE));
    }
}
