package io.homeostat.agent;

import io.homeostat.chaos.Experiments;
import io.homeostat.chaos.extension.CatalogView;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Promises;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Faults of others: what there are, and which are registered besides those of Git. */
final class CatalogRoutes {

    private final Experiments experiments;
    private final Views views;

    CatalogRoutes(Experiments experiments, Views views) {
        this.experiments = experiments;
        this.views = views;
    }

    void addTo(Api api) {
        api.add(Route.get(
                        "/api/v1/catalog",
                        "the extensions that experiments may name, with their parameters",
                        request -> request.answer(
                                CatalogView.of(experiments.catalog().all()).with("environment", views.environment())))
                .listing("extensions", "name"));
        api.add(Route.post("/api/v1/catalog", Role.OPERATOR, "register an extension, or remove one", this::act)
                .text("document", "of kind Extension, as YAML or JSON; replaces the registered one of its name")
                .text("file", "what to call that document in messages")
                .text("remove", "name of one that was registered")
                .text("by", "who wants it; whoever asks, if nobody is named"));
    }

    private void act(Request request) throws IOException, Refusal {
        Node.Mapping body = request.json();
        String by = request.signed(body.text("by"));
        String remove = body.text("remove");
        if (remove != null) {
            if (!experiments.unregister(remove, by)) {
                throw Refusal.unknown(
                        "nobody registered an extension '" + remove + "'",
                        "one that Git declares is removed there; homeostat catalog lists all");
            }
            done(request, remove + " is removed");
            return;
        }
        Document document = document(body.text("document", ""), body.text("file", "extension.yaml"));
        experiments.register(document, by);
        done(request, document.key().name() + " is registered");
    }

    private static Document document(String text, String file) throws Refusal {
        Documents.Parsed parsed = Documents.parse(file, text.getBytes(StandardCharsets.UTF_8));
        List<Document> found = parsed.documents().stream()
                .filter(each -> each.key().kind().equals("Extension"))
                .toList();
        Promises promises = Promises.read(found, parsed.problems());
        if (found.size() != 1 || promises.extensions().size() != 1) {
            throw Refusal.wrong(
                    promises.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::toString)
                            .findFirst()
                            .orElse(file + " holds " + found.size() + " extensions, expected one"),
                    "docs/reference/Extension.md lists every field");
        }
        return found.getFirst();
    }

    private void done(Request request, String message) throws IOException, Refusal {
        request.answer(Node.Mapping.EMPTY.with("message", message).with("environment", views.environment()));
    }
}
