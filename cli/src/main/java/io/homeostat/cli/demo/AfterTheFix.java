package io.homeostat.cli.demo;

import java.time.Duration;

/** The experiment that broke, once more, after a change that was made because of it. */
final class AfterTheFix implements Scene {

    @Override
    public String title() {
        return "The same system after a fix";
    }

    @Override
    public String shows() {
        return "web waits for api as long as that takes. A commit gives it 200 ms of patience and something to say when they"
                + " are over. The experiment that broke is run again, with the same fault: now it holds.";
    }

    @Override
    public void play(Stage stage) throws Exception {
        stage.repository()
                .edit(
                        "apps/shop/config.yaml",
                        "    greeting=",
                        "    api.patience.ms=200\n    api.otherwise=your order is on its way\n    greeting=");
        long start = stage.now();
        stage.did(stage.repository().commit("web does without a slow api").toString());
        stage.expect("it is synced", Duration.ofSeconds(30), () -> stage.happened(start, "sync.succeeded"));
        TwoExperiments.verdict(stage, "slow-api", "held");
        TwoExperiments.covered(stage);
    }
}
