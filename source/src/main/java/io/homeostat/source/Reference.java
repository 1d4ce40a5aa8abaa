package io.homeostat.source;

import java.util.Locale;

/** What of a Git repository is followed. */
public sealed interface Reference {

    /** The branch that the remote's HEAD names. */
    record Default() implements Reference {}

    record Branch(String name) implements Reference {}

    record Tag(String name) implements Reference {}

    /** The highest version among the tags that are versions ({@code v1.2.3} or {@code 1.2.3}). */
    record Versions(SemverRange range) implements Reference {}

    /** @param id all 40 hexadecimal digits, lower case */
    record Commit(String id) implements Reference {}

    /** For people, in the middle of a sentence. */
    default String words() {
        return switch (this) {
            case Default _ -> "the default branch";
            case Branch(String name) -> "branch '" + name + "'";
            case Tag(String name) -> "tag '" + name + "'";
            case Versions(SemverRange range) -> "versions '" + range + "'";
            case Commit(String id) -> "commit " + id;
        };
    }

    /**
     * {@code branch:NAME}, {@code tag:NAME}, {@code semver:RANGE}, {@code commit:ID}; without a prefix, 40 hexadecimal digits
     * are a commit and anything else is a branch. Empty text is the default branch.
     */
    static Reference parse(String text) throws SourceException {
        String t = text.strip();
        if (t.isEmpty()) {
            return new Default();
        }
        if (t.startsWith("refs/heads/")) {
            return new Branch(name(t.substring("refs/heads/".length()), t));
        }
        if (t.startsWith("refs/tags/")) {
            return new Tag(name(t.substring("refs/tags/".length()), t));
        }
        int colon = t.indexOf(':');
        if (colon < 0) {
            return isCommit(t) ? new Commit(t.toLowerCase(Locale.ROOT)) : new Branch(name(t, t));
        }
        String value = t.substring(colon + 1).strip();
        return switch (t.substring(0, colon)) {
            case "branch" -> new Branch(name(value, t));
            case "tag" -> new Tag(name(value, t));
            case "semver" -> new Versions(SemverRange.parse(value));
            case "commit" -> commit(value);
            default ->
                throw new SourceException("'" + t.substring(0, colon) + ":' in '" + t
                        + "' is not a kind of reference; expected branch:NAME, tag:NAME, semver:RANGE or commit:ID");
        };
    }

    private static Reference commit(String id) throws SourceException {
        if (!isCommit(id)) {
            throw new SourceException("'" + id
                    + "' is not a whole commit id (40 hexadecimal digits); git rev-parse prints it: git rev-parse "
                    + id);
        }
        return new Commit(id.toLowerCase(Locale.ROOT));
    }

    private static boolean isCommit(String t) {
        return t.length() == 40 && t.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
    }

    /** Git's own rules for a name, as far as they matter for a name that is only ever looked up. */
    private static String name(String name, String whole) throws SourceException {
        boolean bad = name.isEmpty()
                || name.startsWith("/")
                || name.startsWith("-")
                || name.endsWith("/")
                || name.endsWith(".lock")
                || name.contains("..")
                || name.contains("//")
                || name.contains("@{")
                || name.chars().anyMatch(c -> c <= ' ' || c == 127 || "~^:?*[\\".indexOf(c) >= 0);
        if (bad) {
            boolean range = !name.isEmpty() && "<>=~^*".indexOf(name.charAt(0)) >= 0;
            throw new SourceException("'" + whole + "' is not a name that Git allows"
                    + (range ? "; for a range of versions write semver:" + name : ""));
        }
        return name;
    }
}
