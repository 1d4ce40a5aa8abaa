package io.homeostat.source.git;

import io.homeostat.source.Location;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;

/** Which way leads to a location. */
final class Upstreams {
    private Upstreams() {}

    static Upstream of(SourceSpec spec) throws SourceException {
        return switch (spec.location()) {
            case Location.Local(_, var path) -> new LocalUpstream(path);
            case Location.Plain(String text, _) ->
                throw new SourceException(text + " is a plain directory, not a Git repository");
            case Location.Http(String text, _) -> throw new SourceException(text + ": sources over https come with the next change");
            case Location.Ssh ssh -> throw new SourceException(ssh.text() + ": sources over ssh come with the next change");
        };
    }
}
