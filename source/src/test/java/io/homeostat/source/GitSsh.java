package io.homeostat.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.shell.ProcessShellFactory;

/** A real ssh server on loopback that lets one public key in and runs what is asked (git-upload-pack, git-receive-pack). */
final class GitSsh implements AutoCloseable {
    private final SshServer server = SshServer.setUpDefaultServer();
    private final Path hostKey;

    GitSsh(Path directory, String hostKeyType, Path authorized) throws Exception {
        this.hostKey = keygen(directory.resolve("host_" + hostKeyType), hostKeyType, "");
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(new FileKeyPairProvider(hostKey));
        PublicKeyEntry allowed = PublicKeyEntry.parsePublicKeyEntry(Files.readString(publicOf(authorized)));
        server.setPublickeyAuthenticator(only(allowed));
        server.setCommandFactory((channel, command) ->
                new ProcessShellFactory(command, List.of("sh", "-c", command)).createShell(channel));
        server.start();
    }

    private static PublickeyAuthenticator only(PublicKeyEntry allowed) throws Exception {
        var key = allowed.resolvePublicKey(null, null, null);
        return (_, shown, _) -> KeyUtils.compareKeys(shown, key);
    }

    /** Makes a key with the real ssh-keygen. */
    static Path keygen(Path file, String type, String passphrase) {
        Shell.run(
                file.toAbsolutePath().resolveSibling("."),
                List.of("ssh-keygen"),
                "-q",
                "-t",
                type,
                "-N",
                passphrase,
                "-C",
                "test",
                "-f",
                file.toString());
        return file;
    }

    static Path publicOf(Path key) {
        return key.resolveSibling(key.getFileName() + ".pub");
    }

    String url(Path repository) {
        return "ssh://git@127.0.0.1:" + server.getPort() + repository;
    }

    /** The line that known_hosts needs for this server. */
    String knownHost() throws IOException {
        String[] words = Files.readString(publicOf(hostKey)).split(" ");
        return "[127.0.0.1]:" + server.getPort() + " " + words[0] + " " + words[1] + "\n";
    }

    @Override
    public void close() {
        try {
            server.stop(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
