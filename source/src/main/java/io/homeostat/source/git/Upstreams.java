package io.homeostat.source.git;

import io.homeostat.source.Credentials;
import io.homeostat.source.Location;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.net.URI;
import java.nio.file.Path;

/** Which way leads to a location, and whether the credentials fit it. */
final class Upstreams {
    private Upstreams() {}

    static Upstream of(SourceSpec spec) throws SourceException {
        return switch (spec.location()) {
            case Location.Local(var _, Path path) -> new LocalUpstream(path);
            case Location.Plain(String text, var _) ->
                throw new SourceException(text + " is a plain directory, not a Git repository");
            case Location.Http http -> https(spec, http);
            case Location.Ssh ssh -> ssh(spec, ssh);
        };
    }

    private static Upstream https(SourceSpec spec, Location.Http location) throws SourceException {
        if (spec.credentials() instanceof Credentials.Ssh) {
            throw new SourceException("an ssh key is of no use for " + location.text()
                    + "; give a token, or a user and a password, or an ssh:// location");
        }
        boolean secret = !(spec.credentials() instanceof Credentials.None);
        if (secret && !location.encrypted() && !isThisMachine(location.uri())) {
            throw new SourceException("credentials are not sent to " + location.text()
                    + ", where everybody on the way could read them; use https://");
        }
        return new RemoteUpstream(spec);
    }

    private static boolean isThisMachine(URI uri) {
        return switch (String.valueOf(uri.getHost())) {
            case "localhost", "127.0.0.1", "[::1]" -> true;
            default -> false;
        };
    }

    private static Upstream ssh(SourceSpec spec, Location.Ssh location) throws SourceException {
        if (spec.credentials() instanceof Credentials.Token) {
            throw new SourceException(
                    "a token is of no use for " + location.text() + "; give an ssh key file, or an https:// location");
        }
        return new RemoteUpstream(spec);
    }
}
