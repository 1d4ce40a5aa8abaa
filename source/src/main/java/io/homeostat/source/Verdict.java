package io.homeostat.source;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a webhook request turned out to be. */
public sealed interface Verdict {

    /**
     * Whoever sent it knows the secret.
     *
     * @param provider {@code github}, {@code gitlab}, {@code gitea}, {@code forgejo} or {@code generic}
     * @param locations every address of the repository that the request names; none when it names none
     * @param reference the branch or tag that moved, if it names one
     */
    record Accepted(String provider, List<String> locations, Optional<Reference> reference) implements Verdict {

        /** Whether it may be about a source. A request that names no repository is about every source. */
        public boolean concerns(SourceSpec spec) {
            boolean here = locations.isEmpty()
                    || locations.stream()
                            .anyMatch(l -> key(l).equals(key(spec.location().text())));
            boolean otherBranch = spec.reference() instanceof Reference.Branch followed
                    && reference.isPresent()
                    && !reference.get().equals(followed);
            return here && !otherBranch;
        }
    }

    /** @param reason for the log and the answer; never holds the secret or a signature that would have been right */
    record Rejected(String reason) implements Verdict {}

    /** Host and path: the same repository has several addresses, which differ in scheme, user, port and {@code .git}. */
    private static String key(String location) {
        String text = location.strip();
        try {
            return switch (Location.parse(text)) {
                case Location.Http(var _, URI uri) -> key(uri.getHost(), uri.getPath());
                case Location.Ssh ssh -> key(ssh.host(), ssh.path());
                case Location.Local local -> local.path().toString();
                case Location.Plain plain -> plain.path().toString();
            };
        } catch (SourceException unknown) {
            return text;
        }
    }

    private static String key(String host, String path) {
        String p = path.startsWith("/") ? path.substring(1) : path;
        p = p.endsWith("/") ? p.substring(0, p.length() - 1) : p;
        p = p.endsWith(".git") ? p.substring(0, p.length() - ".git".length()) : p;
        return (host + "/" + p).toLowerCase(Locale.ROOT);
    }
}
