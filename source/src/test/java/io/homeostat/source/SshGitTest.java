package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over ssh, with keys made by ssh-keygen, against a server that runs git's own upload-pack. */
final class SshGitTest {
    @TempDir
    Path temp;

    private Path repository;
    private String revision;

    @BeforeEach
    void repository() {
        Shell work = Shell.init(temp.resolve("shop"));
        revision = work.write("apps/web.yaml", "one").commit("One");
        repository = work.directory();
    }

    private Source open(GitSsh server, Path key, @Nullable String passphrase, String known) throws Exception {
        Path hosts = temp.resolve("known_hosts");
        Files.writeString(hosts, known);
        Secret secret = passphrase == null ? null : Secret.of(passphrase);
        return Sources.open(
                SourceSpec.of(server.url(repository))
                        .with(new Credentials.Ssh(key, secret, hosts))
                        .with(Duration.ofSeconds(10)),
                temp.resolve("mirrors"));
    }

    @ParameterizedTest
    @CsvSource({"ed25519,ed25519,''", "ed25519,ed25519,secret words", "rsa,ecdsa,''", "ecdsa,rsa,secret words"})
    void fetchesWithAKey(String type, String hostType, String passphrase) throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), type, passphrase);
        try (GitSsh server = new GitSsh(temp, hostType, key);
                Source source = open(server, key, passphrase.isEmpty() ? null : passphrase, server.knownHost())) {
            Snapshot snapshot = source.fetch();
            assertThat(snapshot.revision()).isEqualTo(revision);
            assertThat(new String(snapshot.read("apps/web.yaml"), StandardCharsets.UTF_8))
                    .isEqualTo("one");
        }
    }

    @Test
    void anUnknownHostIsNotTrusted() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "");
        try (GitSsh server = new GitSsh(temp, "ed25519", key);
                Source source = open(server, key, null, "")) {
            assertThatThrownBy(source::fetch)
                    .hasMessageContaining("is not in " + temp.resolve("known_hosts"))
                    .hasMessageContaining("ssh-keyscan -p ");
            assertThat(temp.resolve("known_hosts")).isEmptyFile();
        }
    }

    @Test
    void aChangedHostKeyIsNotTrusted() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "");
        Path other = GitSsh.keygen(temp.resolve("other"), "ed25519", "");
        try (GitSsh server = new GitSsh(temp, "ed25519", key)) {
            String[] words = Files.readString(GitSsh.publicOf(other)).split(" ");
            String wrong = server.knownHost().replaceFirst("ssh-ed25519 \\S+", words[0] + " " + words[1]);
            try (Source source = open(server, key, null, wrong)) {
                assertThatThrownBy(source::fetch).hasMessageContaining("shows another key");
            }
            try (Source source = open(server, key, null, server.knownHost())) {
                assertThat(source.fetch().revision()).isEqualTo(revision);
            }
        }
    }

    @Test
    void aKeyThatTheServerRefusesIsSaidSo() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "");
        Path other = GitSsh.keygen(temp.resolve("other"), "ed25519", "");
        try (GitSsh server = new GitSsh(temp, "ed25519", key);
                Source source = open(server, other, null, server.knownHost())) {
            assertThatThrownBy(source::fetch).hasMessageContaining("refuses our ssh key (publickey)");
        }
    }

    @Test
    void aPassphraseThatIsMissingOrWrongIsSaidSo() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "right words");
        try (GitSsh server = new GitSsh(temp, "ed25519", key);
                Source without = open(server, key, null, server.knownHost());
                Source wrong = open(server, key, "wr0ng words", server.knownHost())) {
            assertThatThrownBy(without::fetch).hasMessageContaining("is encrypted and no passphrase is given");
            assertThatThrownBy(wrong::fetch)
                    .hasMessageContaining("cannot be read with the given passphrase")
                    .hasMessageNotContaining("wr0ng");
        }
    }

    @Test
    void aMissingKeyFileIsSaidSo() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "");
        try (GitSsh server = new GitSsh(temp, "ed25519", key);
                Source source = open(server, temp.resolve("nowhere"), null, server.knownHost())) {
            assertThatThrownBy(source::fetch).hasMessageContaining("nowhere does not exist");
        }
    }

    @Test
    void aRepositoryThatIsNotThereAndAServerThatIsDownAreSaidSo() throws Exception {
        Path key = GitSsh.keygen(temp.resolve("id"), "ed25519", "");
        GitSsh server = new GitSsh(temp, "ed25519", key);
        repository = temp.resolve("nowhere");
        try (Source source = open(server, key, null, server.knownHost())) {
            assertThatThrownBy(source::fetch).hasMessageContaining("there is no repository at");
            server.close();
            assertThatThrownBy(source::fetch).hasMessageContaining("nothing answers at");
        }
    }
}
