package io.homeostat.source.git;

import io.homeostat.source.Location;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.URISyntaxException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Opens the way to a remote repository, with credentials and time-outs. What goes wrong on it becomes a {@link Refusal}. */
record Network(SourceSpec spec) {

    interface Use<T> {
        T with(Transport transport) throws IOException;
    }

    /** One connection, on which everything that is asked of the remote is asked. */
    <T> T use(Repository local, Use<T> use) throws IOException {
        @Nullable SshSessions ssh = null;
        try {
            URIish uri = uri(spec.location());
            try (Transport transport = Transport.open(local, uri)) {
                transport.setTimeout(Math.toIntExact(spec.timeout().toSeconds()));
                transport.setCredentialsProvider(Answers.of(spec.credentials(), uri));
                if (transport instanceof SshTransport over) {
                    ssh = SshSessions.of(spec);
                    over.setSshSessionFactory(ssh.factory());
                }
                return use.with(transport);
            }
        } catch (Mirror.Damaged ours) {
            throw ours;
        } catch (IOException failed) {
            throw Trouble.of(failed, spec, ssh == null ? null : ssh.trouble());
        } catch (SourceException secret) {
            throw new Refusal(String.valueOf(secret.getMessage()), "it is tried again by itself", secret);
        } finally {
            if (ssh != null) {
                ssh.close();
            }
        }
    }

    static URIish uri(Location location) throws IOException {
        return switch (location) {
            case Location.Http(String text, var _) -> parse(text);
            case Location.Ssh(var _, String user, String host, int port, String path) ->
                new URIish()
                        .setScheme("ssh")
                        .setUser(user)
                        .setHost(host)
                        .setPort(port)
                        .setPath(path);
            case Location.Local _, Location.Plain _ ->
                throw new IllegalArgumentException(location.text() + " is not across the network");
        };
    }

    private static URIish parse(String text) throws IOException {
        try {
            return new URIish(text);
        } catch (URISyntaxException bad) {
            throw new IOException(text + " is not a location that Git knows", bad);
        }
    }
}
