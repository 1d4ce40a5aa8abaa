package io.homeostat.cli.demo;

import io.homeostat.cli.show.Nodes;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** From an empty machine to what the first commit declares. */
final class FirstSync implements Scene {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public String title() {
        return "First sync";
    }

    @Override
    public String shows() {
        return "Git declares a shop: web ×2 → api ×2 → store, which keeps orders on disk, and a worker. Nothing of it runs. The "
                + "agent sees the commit and makes this machine run exactly that.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Repository.Commit commit = stage.repository().commit("Open the shop");
        stage.did(commit.toString());
        stage.expect(
                "the agent sees it",
                PATIENCE,
                () -> Seen.when(stage.shop().text("desiredRevision", "").equals(commit.id()), ""));
        stage.expect("the shop is healthy", PATIENCE, () -> stage.healthyAt(commit));
        URI web = address(stage, "web");
        stage.open(web);
        stage.expect(web + " answers", PATIENCE, () -> Seen.yes(stage.load().answer()));
        stage.note("From now on a customer asks there " + Math.round(1000.0 / 25) + " times a second, until the end.");
    }

    /** Where a Service listens. */
    private static URI address(Stage stage, String service) throws IOException, Unexpected {
        for (Node.Mapping each : Nodes.mappings(stage.shop().sequence("services"))) {
            if (each.text("name", "").equals(service)) {
                return URI.create("http://" + each.text("address", ""));
            }
        }
        throw new Unexpected("the status of the shop does not say where the Service " + service + " listens");
    }
}
