package io.homeostat.cli.demo;

import java.time.Duration;

/** A new version rolls in while customers are served. */
final class GoodCommit implements Scene {

    @Override
    public String title() {
        return "A good commit";
    }

    @Override
    public String shows() {
        return "Somebody changes web and commits. One instance after the other is replaced; each new one has to be ready before "
                + "an old one goes, and no customer notices.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Load.Tally before = stage.load().tally();
        stage.repository().edit("services/web/Web.java", "VERSION = \"1.0\"", "VERSION = \"1.1\"");
        stage.repository().edit("apps/shop/web.yaml", "shop/web:1.0", "shop/web:1.1");
        Repository.Commit commit = stage.repository().commit("web 1.1");
        stage.did(commit.toString());
        stage.expect("a customer sees web 1.1", FirstSync.PATIENCE, () -> {
            String answer = stage.load().answer();
            return Seen.when(answer.contains("web 1.1"), answer);
        });
        stage.expect("all of it is web 1.1, and healthy", FirstSync.PATIENCE, () -> stage.healthyAt(commit));
        Load.Tally tally = stage.load().tally().since(before);
        stage.check(tally.failures() == 0 && tally.requests() > 0, "customers meanwhile: " + tally);
        stage.expect("api and store were not touched", Duration.ofSeconds(5), () -> {
            String answer = stage.load().answer();
            return Seen.when(answer.contains("api 1.0") && answer.contains("store 1.0"), "");
        });
    }
}
