package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over HTTP, served by git's own http-backend; the server breaks as servers break. */
final class HttpsGitTest {
    @TempDir
    Path temp;

    private GitHttp server;
    private Shell work;

    @BeforeEach
    void serve() throws Exception {
        server = new GitHttp(temp.resolve("served"));
        Shell bare = Shell.initBare(temp.resolve("served/shop.git"));
        bare.git("config", "http.receivepack", "true");
        work = Shell.init(temp.resolve("work"));
        work.git("remote", "add", "origin", bare.directory().toString());
        push("one");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String push(String text) {
        String id = work.write("apps/web.yaml", text).commit("Say " + text);
        work.git("push", "-q", "-f", "origin", "main");
        return id;
    }

    private Source open(SourceSpec spec) throws SourceException {
        return Sources.open(spec.with(Duration.ofSeconds(2)), temp.resolve("mirrors"));
    }

    private SourceSpec spec() throws SourceException {
        return SourceSpec.of(server.url("shop.git"));
    }

    private static String web(Snapshot snapshot) throws Exception {
        return new String(snapshot.read("apps/web.yaml"), StandardCharsets.UTF_8);
    }

    @Test
    void fetchesThenReadsWithoutTheNetwork() throws Exception {
        try (Source source = open(spec())) {
            Snapshot one = source.fetch();
            String second = push("two");
            Snapshot two = source.fetch();
            assertThat(two.revision()).isEqualTo(second);
            server.close();
            assertThat(web(one)).isEqualTo("one");
            assertThat(web(source.at(one.revision()))).isEqualTo("one");
            assertThat(web(source.at(second))).isEqualTo("two");
            assertThat(source.revision("HEAD~1")).isEqualTo(one.revision());
            assertThat(source.revision(second.substring(0, 7))).isEqualTo(second);
        }
        try (Source again = open(spec())) {
            assertThat(web(again.at(work.git("rev-parse", "HEAD~")))).isEqualTo("one");
        }
    }

    @Test
    void credentialsAreSentAndTheirAbsenceAndRefusalAreToldApart() throws Exception {
        server.expect("git", "t0ken");
        try (Source without = open(spec());
                Source wrong = open(spec().with(new Credentials.UserPassword("ross", Secret.of("s3cret"))))) {
            assertThatThrownBy(without::fetch)
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining("(401) and none are given");
            assertThatThrownBy(wrong::fetch)
                    .hasMessageContaining("does not accept the given credentials (401)")
                    .hasMessageNotContaining("s3cret");
        }
        try (Source token = open(spec().with(new Credentials.Token(Secret.of("t0ken"))))) {
            assertThat(web(token.fetch())).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STATUS_401_WITHOUT_CHALLENGE, (401)",
        "STATUS_403, answers 403",
        "STATUS_404, there is no repository at",
        "STATUS_500, answers 500",
        "RESET_IN_PACK, shop.git",
        "TRUNCATED_PACK, none of it was kept",
        "FLIPPED_BYTE_IN_PACK, none of it was kept",
        "GARBAGE, shop.git",
        "SILENCE, was silent for 2 s",
    })
    void whateverTheServerDoesTheOldStaysAndTheNextFetchRecovers(GitHttp.Fault fault, String expected)
            throws Exception {
        try (Source source = open(spec())) {
            Snapshot one = source.fetch();
            source.retain(Set.of(one.revision()));
            String second = push("two");
            server.fault = fault;
            assertThatThrownBy(source::fetch)
                    .isInstanceOf(SourceException.class)
                    .hasMessageContaining(expected)
                    .hasMessageContaining(
                            "the running system stays at " + one.revision().substring(0, 10));
            assertThat(web(source.at(one.revision()))).isEqualTo("one");
            server.fault = GitHttp.Fault.NONE;
            assertThat(source.fetch().revision()).isEqualTo(second);
        }
    }
}
