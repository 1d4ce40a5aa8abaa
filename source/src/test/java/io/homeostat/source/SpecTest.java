package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpecTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @Test
    void everyFormOfLocationIsRead() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        assertThat(Location.parse("/srv/git/shop.git"))
                .isEqualTo(new Location.Local("/srv/git/shop.git", Path.of("/srv/git/shop.git")));
        assertThat(Location.parse("shop")).isEqualTo(new Location.Local("shop", here.resolve("shop")));
        assertThat(Location.parse("./a:b")).isEqualTo(new Location.Local("./a:b", here.resolve("a:b")));
        assertThat(Location.parse("file:///srv/a%20b"))
                .isEqualTo(new Location.Local("file:///srv/a%20b", Path.of("/srv/a b")));
        assertThat(Location.parse("dir:/srv/shop"))
                .isEqualTo(new Location.Plain("dir:/srv/shop", Path.of("/srv/shop")));
        assertThat(Location.parse("https://example.org/shop.git"))
                .isEqualTo(
                        new Location.Http("https://example.org/shop.git", URI.create("https://example.org/shop.git")));
        assertThat(Location.parse("git@example.org:shop/shop.git"))
                .isEqualTo(
                        new Location.Ssh("git@example.org:shop/shop.git", "git", "example.org", -1, "shop/shop.git"));
        assertThat(Location.parse("ssh://git@example.org:2222/shop.git"))
                .isEqualTo(new Location.Ssh(
                        "ssh://git@example.org:2222/shop.git", "git", "example.org", 2222, "/shop.git"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "\"\", the source's location is empty",
                "ftp://example.org/x, 'ftp://' is not a kind of source",
                "file://server/x, names the host 'server'",
                "file://localhost, names no path",
                "ssh://example.org, names no repository",
                "git@:x, names no host",
                "git@example.org:, names no repository",
                "https:///x, names no host",
                "https://exa mple.org/x, is not a location",
                "dir:, names no path",
            })
    void aLocationThatMakesNoSenseIsSaidSo(String text, String expected) {
        assertThatThrownBy(() -> Location.parse(text))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://ross:hunter2@example.org/x.git",
                "ssh://ross:hunter2@example.org/x.git",
                "https://ross:hunter2@exa mple.org/x.git",
                "ftp://ross:hunter2@example.org/x.git"
            })
    void aPasswordInALocationIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> Location.parse(text)).hasMessageNotContaining("hunter2");
    }

    @Test
    void everyFormOfReferenceIsRead() throws Exception {
        assertThat(Reference.parse(" ")).isEqualTo(new Reference.Default());
        assertThat(Reference.parse("main")).isEqualTo(new Reference.Branch("main"));
        assertThat(Reference.parse("branch:release/1.x")).isEqualTo(new Reference.Branch("release/1.x"));
        assertThat(Reference.parse("refs/heads/a")).isEqualTo(new Reference.Branch("a"));
        assertThat(Reference.parse("tag:v1")).isEqualTo(new Reference.Tag("v1"));
        assertThat(Reference.parse("refs/tags/v1")).isEqualTo(new Reference.Tag("v1"));
        assertThat(Reference.parse("semver:>=1.2 <2")).isEqualTo(new Reference.Versions(SemverRange.parse(">=1.2 <2")));
        assertThat(Reference.parse(COMMIT.toUpperCase(java.util.Locale.ROOT))).isEqualTo(new Reference.Commit(COMMIT));
        assertThat(Reference.parse("commit:" + COMMIT)).isEqualTo(new Reference.Commit(COMMIT));
        assertThat(Reference.parse("branch:" + COMMIT)).isEqualTo(new Reference.Branch(COMMIT));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "commit:abc123, not a whole commit id",
                "brunch:main, 'brunch:' in 'brunch:main' is not a kind of reference",
                "a..b, not a name that Git allows",
                "-main, not a name that Git allows",
                "branch:, not a name that Git allows",
                "~1.4, for a range of versions write semver:~1.4",
                "a b, not a name that Git allows",
            })
    void aReferenceThatMakesNoSenseIsSaidSo(String text, String expected) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void credentialsThatDoNotFitTheLocationAreRefused(@TempDir Path temp) throws Exception {
        Credentials token = new Credentials.Token(Secret.of("t0ken"));
        Credentials key = new Credentials.Ssh(null, null, null);
        assertThatThrownBy(() ->
                        Sources.open(SourceSpec.of("http://example.org/x.git").with(token), temp))
                .hasMessageContaining("everybody on the way could read them");
        assertThatThrownBy(() ->
                        Sources.open(SourceSpec.of("git@example.org:x.git").with(token), temp))
                .hasMessageContaining("a token is of no use");
        assertThatThrownBy(() ->
                        Sources.open(SourceSpec.of("https://example.org/x.git").with(key), temp))
                .hasMessageContaining("an ssh key is of no use");
    }

    @Test
    void aSecretIsReadAnewAndNeverPrinted(@TempDir Path temp) throws Exception {
        Path file = Files.writeString(temp.resolve("token"), "t0ken\n");
        Secret secret = Secret.fromFile(file);
        assertThat(secret.reveal()).isEqualTo("t0ken");
        Files.writeString(file, "n3w");
        assertThat(secret.reveal()).isEqualTo("n3w");
        assertThat(new Credentials.UserPassword("ross", secret).toString())
                .contains("‹secret›")
                .doesNotContain("n3w");
        Files.writeString(file, "\n");
        assertThatThrownBy(secret::reveal).hasMessageContaining("is empty");
        Files.delete(file);
        assertThatThrownBy(secret::reveal).hasMessageContaining("cannot be read");
        assertThatThrownBy(Secret.fromEnvironment("NOT_SET_ANYWHERE")::reveal).hasMessageContaining("is not set");
    }
}
