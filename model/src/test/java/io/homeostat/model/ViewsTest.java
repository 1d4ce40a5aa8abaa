package io.homeostat.model;

import static io.homeostat.model.DocumentsTest.parse;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Application.Dependency;
import io.homeostat.model.Environment.ImageSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewsTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @Test
    void anEnvironmentSaysAllOfIt() {
        List<Problem> problems = new ArrayList<>();
        Environment environment =
                Environments.read(document("environments/staging/environment.yaml", """
                        apiVersion: homeostat.io/v1
                        kind: Environment
                        metadata: {name: staging}
                        spec:
                          target: {kubernetes: {}}
                          include: [apps/shop, ./apps/../more]
                          images:
                            shop/web: dir:apps/web
                            shop/api: archive:https://example.org/api.tgz#sha256=%s
                            "shop/store:2": host
                          sync:
                            interval: 1m30s
                            drift: detect
                            onFailure: hold
                            healthTimeout: 2m
                            prune: {enabled: false, maxDeletedPercent: 50}
                            writeBack: revert
                          protected: true
                        """.formatted(HEX)), problems);

        assertThat(problems).isEmpty();
        assertThat(environment)
                .isEqualTo(new Environment(
                        "staging",
                        "kubernetes",
                        List.of("apps/shop", "more"),
                        Map.of(
                                "shop/web", new ImageSource.Directory("apps/web"),
                                "shop/api", new ImageSource.Archive("https://example.org/api.tgz", HEX),
                                "shop/store:2", new ImageSource.Host()),
                        new SyncPolicy(
                                SyncPolicy.Drift.DETECT,
                                SyncPolicy.OnFailure.HOLD,
                                Duration.ofMinutes(2),
                                false,
                                50,
                                SyncPolicy.WriteBack.REVERT),
                        Duration.ofSeconds(90),
                        true,
                        new Position("environments/staging/environment.yaml", 1, 1)));
    }

    @Test
    void whatIsNotSaidIsAsForAnImplicitEnvironment() {
        List<Problem> problems = new ArrayList<>();
        Environment said = Environments.read(document("e.yaml", """
                        apiVersion: homeostat.io/v1
                        kind: Environment
                        metadata: {name: here}
                        spec: {}
                        """), problems);
        Environment implicit = Environment.implicit("here");
        assertThat(problems).isEmpty();
        assertThat(said)
                .usingRecursiveComparison()
                .ignoringFields("at", "images")
                .isEqualTo(implicit);
    }

    @Test
    void whereNoEnvironmentIsDeclaredEveryProgramIsOnTheMachine() {
        assertThat(Environment.implicit("here").images())
                .containsExactly(Map.entry(Environment.ANY_IMAGE, new Environment.ImageSource.Host()));
    }

    @Test
    void anApplicationOverridesTheEnvironmentsPolicy() {
        List<Problem> problems = new ArrayList<>();
        SyncPolicy defaults = new SyncPolicy(
                SyncPolicy.Drift.DETECT,
                SyncPolicy.OnFailure.KEEP,
                Duration.ofMinutes(1),
                false,
                10,
                SyncPolicy.WriteBack.NOTE);
        Application application = Applications.read(document("apps/shop/application.yaml", """
                        apiVersion: homeostat.io/v1
                        kind: Application
                        metadata: {name: shop}
                        spec:
                          path: ../other
                          dependsOn:
                            - application: db
                              when: application.ready
                            - application: queue
                          sync: {onFailure: rollback, prune: {maxDeletedPercent: 70}}
                        """), defaults, problems);

        assertThat(problems).isEmpty();
        assertThat(application.path()).isEqualTo("apps/other");
        assertThat(application.dependsOn())
                .extracting(Dependency::application, Dependency::when)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("db", "application.ready"),
                        org.assertj.core.groups.Tuple.tuple("queue", null));
        assertThat(application.sync())
                .isEqualTo(new SyncPolicy(
                        SyncPolicy.Drift.DETECT,
                        SyncPolicy.OnFailure.ROLLBACK,
                        Duration.ofMinutes(1),
                        false,
                        70,
                        SyncPolicy.WriteBack.NOTE));
    }

    @Test
    void anApplicationWithoutAPathIsWhereItsFileIs() {
        assertThat(path("apps/shop/application.yaml", "{}")).isEqualTo("apps/shop");
        assertThat(path("application.yaml", "{}")).isEqualTo(".");
        assertThat(path("a/b/application.yaml", "{path: ../..}")).isEqualTo(".");
    }

    @Test
    void pathsThatLeaveTheRepositoryAndImagesThatNobodyCanFindAreProblems() {
        List<Problem> problems = new ArrayList<>();
        Environments.read(parse("""
                                apiVersion: homeostat.io/v1
                                kind: Environment
                                metadata: {name: here}
                                spec:
                                  include: [../x, /etc]
                                  images:
                                    a: dir:../../etc
                                    b: archive:https://example.org/b.tgz
                                    c: somewhere
                                """).documents().getFirst(), problems);
        assertThat(problems.stream().map(problem -> problem.at().line() + " " + problem.code()))
                .containsExactly("5 path-outside", "5 path-outside", "7 path-outside", "8 bad-value", "9 bad-value");
    }

    @Test
    void durationsAreReadAndWrittenAsPeopleDo() {
        assertThat(Durations.parse("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(Durations.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(Durations.parse("0s")).isEqualTo(Duration.ZERO);
        for (String wrong :
                new String[] {"", "5", "s", "5 s", "-5s", "5x", "1.5h", "999999999999d", "9999999999999h"}) {
            assertThat(Durations.parse(wrong)).as(wrong).isNull();
        }
        for (String text : new String[] {"0s", "500ms", "30s", "1h30m", "7d", "1d1h1m1s1ms"}) {
            Duration duration = Durations.parse(text);
            assertThat(duration).isNotNull();
            assertThat(duration == null ? "" : Durations.format(duration)).isEqualTo(text);
        }
    }

    private static String path(String file, String spec) {
        List<Problem> problems = new ArrayList<>();
        String yaml = "apiVersion: homeostat.io/v1\nkind: Application\nmetadata: {name: a}\nspec: " + spec + "\n";
        return Applications.read(document(file, yaml), SyncPolicy.DEFAULT, problems)
                .path();
    }

    private static Document document(String file, String yaml) {
        return Documents.parse(file, yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
    }
}
