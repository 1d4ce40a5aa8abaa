package io.homeostat.cli.demo;

import io.homeostat.model.Node;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What leaves Git leaves the machine. */
final class RemovedObject implements Scene {

    @Override
    public String title() {
        return "An object leaves Git";
    }

    @Override
    public String shows() {
        return "The worker is no longer wanted: its file is removed and committed. What homeostat applied it also prunes; what "
                + "it did not apply it never touches.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        long pid = pid(stage);
        stage.check(ProcessHandle.of(pid).isPresent(), "the worker runs, with pid " + pid);
        int before = stage.shop().integer("objects", 0);
        // What was taken back a while ago is still what Git says; the next commit has to mend it too.
        stage.repository().edit("services/web/Web.java", "get(\"WEB_PORT\")", "getOrDefault(\"PORT\", \"8080\")");
        stage.repository().edit("services/web/Web.java", "VERSION = \"1.2\"", "VERSION = \"1.3\"");
        stage.repository().edit("apps/shop/web.yaml", "shop/web:1.2", "shop/web:1.3");
        stage.repository().remove("apps/shop/worker.yaml");
        Repository.Commit commit = stage.repository().commit("web 1.3, mended; no worker any more");
        stage.did(commit.toString());
        stage.expect(
                "the worker's process is gone",
                FirstSync.PATIENCE,
                () -> Seen.when(ProcessHandle.of(pid).isEmpty(), ""));
        stage.expect("the shop is healthy without it", FirstSync.PATIENCE, () -> stage.healthyAt(commit));
        Node.Mapping shop = stage.shop();
        stage.check(
                shop.integer("objects", 0) == before - 1, "one object less is owned: " + shop.integer("objects", 0));
        stage.check(stage.load().answer().contains("web 1.3"), "the mended web 1.3 is in, too");
    }

    /** The worker says its pid in its log. */
    private static long pid(Stage stage) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        stage.agent().lines("/api/v1/logs", lines::add, "name", "Deployment/worker", "tail", "20");
        for (String line : lines) {
            int at = line.indexOf("my pid is ");
            if (at >= 0) {
                return Long.parseLong(line.substring(at + "my pid is ".length()).strip());
            }
        }
        throw new Unexpected("the worker's log does not say its pid: " + lines);
    }
}
