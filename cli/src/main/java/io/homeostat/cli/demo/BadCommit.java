package io.homeostat.cli.demo;

import io.homeostat.model.Node;

/** A commit that crashes is taken back and kept out. */
final class BadCommit implements Scene {

    @Override
    public String title() {
        return "A bad commit";
    }

    @Override
    public String shows() {
        return "This version of web crashes as it starts. It gets its progress deadline (10 s) and not a second more; then the "
                + "last good revision is restored and the bad one is quarantined, with the evidence.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        Load.Tally before = stage.load().tally();
        long start = stage.now();
        stage.repository().edit("services/web/Web.java", "VERSION = \"1.1\"", "VERSION = \"1.2\"");
        stage.repository().edit("services/web/Web.java", "getOrDefault(\"PORT\", \"8080\")", "get(\"WEB_PORT\")");
        stage.repository().edit("apps/shop/web.yaml", "shop/web:1.1", "shop/web:1.2");
        Repository.Commit commit = stage.repository().commit("web 1.2, with its own port");
        stage.did(commit.toString());
        stage.expect("the agent tries it", FirstSync.PATIENCE, () -> stage.happened(start, "sync.started"));
        stage.expect("quarantined", FirstSync.PATIENCE, () -> stage.happened(start, "quarantine.added"));
        stage.expect("back at the last good revision, healthy", FirstSync.PATIENCE, () -> {
            Node.Mapping shop = stage.shop();
            String health = shop.mapping("health").text("status", "");
            boolean back = health.equalsIgnoreCase("healthy")
                    && !shop.mapping("quarantine").isEmpty()
                    && !shop.text("revision", "").equals(commit.id());
            return Seen.when(back, back ? "" : shop.text("state", "") + ", " + health);
        });
        String answer = stage.load().answer();
        stage.check(answer.contains("web 1.1"), "customers are served by web 1.1");
        Load.Tally tally = stage.load().tally().since(before);
        stage.check(tally.failures() == 0 && tally.requests() > 0, "customers meanwhile: " + tally);
        stage.note("`homeostat why shop` tells the whole story, with the last words of what crashed.");
    }
}
