package io.homeostat.agent;

import io.homeostat.converge.Converger;
import io.homeostat.converge.Facts;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Revisions;
import io.homeostat.converge.Target.Foreign;
import io.homeostat.model.Node;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Taking over objects that exist already: first what it would change, then doing it. */
final class AdoptRoutes {

    private final Converger converger;
    private final Views views;

    AdoptRoutes(Converger converger, Views views) {
        this.converger = converger;
        this.views = views;
    }

    void addTo(Api api) {
        api.add(Route.get(
                        "/api/v1/adopt",
                        "what an application declares that exists without being ours: `objects[]` with `managers`, `changes`,"
                                + " `owner`",
                        request -> request.answer(show(request.query("application"))))
                .text("application", "whose objects"));
        api.add(Route.post("/api/v1/adopt", Role.OPERATOR, "take those objects over", this::adopt)
                .requiredText("application", "whose objects"));
    }

    private Node.Mapping show(@Nullable String application) throws IOException, Refusal {
        List<Foreign> foreign = converger.target().foreign(rendered(application).declared());
        return Node.Mapping.EMPTY
                .with("environment", views.environment())
                .with("application", String.valueOf(application))
                .with("objects", JsonList.of(foreign, AdoptRoutes::object));
    }

    private static Node.Mapping object(Foreign foreign) {
        Node.Mapping view = Node.Mapping.EMPTY
                .with("object", foreign.key().toString())
                .with("managers", JsonList.of(foreign.managers()))
                .with("changes", JsonList.of(foreign.changes(), PlanView::change));
        return foreign.owner().isEmpty() ? view : view.with("owner", foreign.owner());
    }

    private void adopt(Request request) throws IOException, Refusal {
        String application = request.json().text("application");
        List<Foreign> foreign = converger.target().foreign(rendered(application).declared());
        for (Foreign one : foreign) {
            if (!one.owner().isEmpty()) {
                throw Refusal.conflict(
                        one.key() + " belongs to environment '" + one.owner()
                                + "' of homeostat; nothing is taken over from there",
                        "remove it from that environment's Git with homeostat.io/prune: disabled first");
            }
        }
        converger.target().adopt(foreign.stream().map(Foreign::key).toList());
        if (!foreign.isEmpty()) {
            converger
                    .history()
                    .record(Facts.adopted(
                            String.valueOf(application),
                            foreign.stream().map(one -> one.key().toString()).toList()));
            converger.look(List.of(String.valueOf(application)));
        }
        request.answer(Node.Mapping.EMPTY
                .with("environment", views.environment())
                .with(
                        "message",
                        foreign.isEmpty()
                                ? "nothing of " + application + " exists that is not ours"
                                : foreign.size() + (foreign.size() == 1 ? " object" : " objects") + " of " + application
                                        + " will be taken over now"));
    }

    private Rendered rendered(@Nullable String application) throws Refusal {
        Revisions.Revision head = converger.revisions().head();
        Rendered rendered =
                head == null || application == null ? null : head.rendering().application(application);
        if (rendered == null || !rendered.isValid()) {
            throw Refusal.unknown(
                    "Git declares no valid application '" + application + "'",
                    "there are: " + String.join(", ", converger.names()));
        }
        return rendered;
    }
}
