package io.homeostat.source.git;

import io.homeostat.source.Credentials;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.transport.sshd.OpenSshServerKeyDatabase;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.KeyPasswordProvider;
import org.eclipse.jgit.transport.sshd.ServerKeyDatabase;
import org.eclipse.jgit.transport.sshd.SshdSessionFactory;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Sessions over ssh for one connection. A class of its own so that ssh is loaded only for those who use it. The user's
 * {@code ~/.ssh/config} and agent are left alone: what is reachable must not depend on who started us.
 */
final class SshSessions implements AutoCloseable {
    private final SshdSessionFactory factory;
    private volatile @Nullable Refusal trouble;

    private SshSessions(@Nullable Path key, char @Nullable [] passphrase, Path knownHosts) {
        Path home = Path.of(System.getProperty("user.home"));
        List<Path> keys = key == null ? defaultKeys(home.resolve(".ssh")) : List.of(key);
        this.factory = new SshdSessionFactoryBuilder()
                .setHomeDirectory(home.toFile())
                .setSshDirectory(home.resolve(".ssh").toFile())
                .setConfigStoreFactory((_, _, _) -> null)
                .setConnectorFactory(null)
                .setPreferredAuthentications("publickey,password")
                .setDefaultIdentities(_ -> keys)
                .setDefaultKnownHostsFiles(_ -> List.of(knownHosts))
                .setServerKeyDatabase((_, _) -> new Strict(knownHosts))
                .setKeyPasswordProvider(_ -> new Passphrase(passphrase))
                .build(null);
    }

    static SshSessions of(SourceSpec spec) throws SourceException {
        Path knownHosts = Path.of(System.getProperty("user.home"), ".ssh", "known_hosts");
        if (!(spec.credentials() instanceof Credentials.Ssh(Path key, var passphrase, Path givenHosts))) {
            return new SshSessions(null, null, knownHosts);
        }
        if (key != null && !Files.isReadable(key)) {
            throw new SourceException(
                    "the ssh key " + key + (Files.exists(key) ? " may not be read" : " does not exist")
                            + "; give the path of a private key that the agent's user may read");
        }
        return new SshSessions(
                key,
                passphrase == null ? null : passphrase.reveal().toCharArray(),
                givenHosts == null ? knownHosts : givenHosts);
    }

    private static List<Path> defaultKeys(Path ssh) {
        return Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
                .map(ssh::resolve)
                .filter(Files::isReadable)
                .toList();
    }

    SshdSessionFactory factory() {
        return factory;
    }

    /** What was seen here of the reason why a session did not come about. */
    @Nullable
    Refusal trouble() {
        return trouble;
    }

    @Override
    public void close() {
        factory.close();
    }

    /** Believes what stands in the file and nothing else, and never writes to it. */
    private final class Strict implements ServerKeyDatabase {
        private final Path file;
        private final OpenSshServerKeyDatabase known;

        Strict(Path file) {
            this.file = file;
            this.known = new OpenSshServerKeyDatabase(false, List.of(file));
        }

        @Override
        public List<PublicKey> lookup(String host, InetSocketAddress address, Configuration configuration) {
            return known.lookup(host, address, configuration);
        }

        @Override
        public boolean accept(
                String host,
                InetSocketAddress address,
                PublicKey key,
                Configuration configuration,
                @Nullable CredentialsProvider nobody) {
            if (known.accept(host, address, key, new Exact(configuration), nobody)) {
                return true;
            }
            trouble = lookup(host, address, configuration).isEmpty()
                    ? new Refusal(
                            "the ssh host " + host + " is not in " + file + ", so that its key cannot be trusted",
                            "check the key by another way and add it: " + scan(address) + " >> " + file)
                    : new Refusal(
                            "the ssh host " + host + " shows another key than the one in " + file
                                    + "; somebody may be listening",
                            "if its key was really changed, replace its line in " + file);
            return false;
        }

        private static String scan(InetSocketAddress address) {
            String port = address.getPort() == 22 ? "" : "-p " + address.getPort() + " ";
            return "ssh-keyscan " + port + address.getHostString();
        }
    }

    /** Without a configuration file JGit would ask the user; there is nobody to ask. */
    private record Exact(ServerKeyDatabase.Configuration other) implements ServerKeyDatabase.Configuration {
        @Override
        public List<String> getUserKnownHostsFiles() {
            return List.of();
        }

        @Override
        public List<String> getGlobalKnownHostsFiles() {
            return List.of();
        }

        @Override
        public StrictHostKeyChecking getStrictHostKeyChecking() {
            return StrictHostKeyChecking.REQUIRE_MATCH;
        }

        @Override
        public boolean getHashKnownHosts() {
            return false;
        }

        @Override
        public String getUsername() {
            return other.getUsername();
        }
    }

    private final class Passphrase implements KeyPasswordProvider {
        private final char @Nullable [] passphrase;

        Passphrase(char @Nullable [] passphrase) {
            this.passphrase = passphrase;
        }

        @Override
        public char[] getPassphrase(URIish key, int attempt) throws IOException {
            if (passphrase == null) {
                trouble = new Refusal(
                        "the ssh key " + key.getPath() + " is encrypted and no passphrase is given",
                        "give the passphrase in a file or an environment variable, or a key without one");
                throw new IOException(trouble.getMessage());
            }
            return passphrase.clone();
        }

        @Override
        public void setAttempts(int maxNumberOfAttempts) {}

        @Override
        public boolean keyLoaded(URIish key, int attempt, @Nullable Exception error) {
            if (error instanceof GeneralSecurityException || (error != null && trouble == null)) {
                trouble = new Refusal(
                        "the ssh key " + key.getPath() + " cannot be read with the given passphrase",
                        "correct the passphrase",
                        error);
            }
            return false;
        }
    }
}
