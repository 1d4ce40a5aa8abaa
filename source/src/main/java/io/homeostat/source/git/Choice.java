package io.homeostat.source.git;

import io.homeostat.source.Reference;
import io.homeostat.source.Version;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/** Which object a reference means in a repository as it is now. */
final class Choice {
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";
    private static final int MOST_NAMES = 8;

    private Choice() {}

    /** A commit, or a tag that names one. */
    static ObjectId of(Reference reference, Upstream.Connection repository, String location) throws IOException {
        return switch (reference) {
            case Reference.Default() -> head(repository, location);
            case Reference.Branch(String name) -> branch(name, repository, location);
            case Reference.Tag(String name) -> tag(name, repository, location);
            case Reference.Versions versions -> version(versions, repository, location);
            case Reference.Commit(String id) -> ObjectId.fromString(id);
        };
    }

    private static ObjectId head(Upstream.Connection repository, String location) throws IOException {
        String name = repository.head();
        ObjectId id = repository.exact(name == null ? "HEAD" : name);
        if (id != null) {
            return id;
        }
        SortedMap<String, ObjectId> branches = repository.list(HEADS);
        if (branches.isEmpty()) {
            throw empty(location);
        }
        throw new Refusal(
                "HEAD of " + location + " names "
                        + (name == null ? "no branch" : "the branch '" + shorten(name) + "', which does not exist"),
                "follow a branch by its name; " + there("branches", branches.keySet()));
    }

    private static ObjectId branch(String name, Upstream.Connection repository, String location) throws IOException {
        ObjectId id = repository.exact(HEADS + name);
        if (id != null) {
            return id;
        }
        SortedMap<String, ObjectId> branches = repository.list(HEADS);
        if (branches.isEmpty()) {
            throw empty(location);
        }
        throw new Refusal(
                "branch '" + name + "' no longer exists on " + location + "; " + there("branches", branches.keySet()),
                "push it again or follow another branch");
    }

    private static ObjectId tag(String name, Upstream.Connection repository, String location) throws IOException {
        ObjectId id = repository.exact(TAGS + name);
        if (id != null) {
            return id;
        }
        throw new Refusal(
                "tag '" + name + "' does not exist on " + location + "; "
                        + there("tags", repository.list(TAGS).keySet()),
                "push it (git push origin " + name + ") or follow another tag");
    }

    private static ObjectId version(Reference.Versions versions, Upstream.Connection repository, String location)
            throws IOException {
        SortedMap<String, ObjectId> tags = repository.list(TAGS);
        @Nullable Version best = null;
        @Nullable ObjectId id = null;
        for (Map.Entry<String, ObjectId> tag : tags.entrySet()) {
            Version version = Version.parse(tag.getKey());
            if (version != null
                    && versions.range().contains(version)
                    && (best == null || version.compareTo(best) > 0)) {
                best = version;
                id = tag.getValue();
            }
        }
        if (id != null) {
            return id;
        }
        throw new Refusal(
                "no tag on " + location + " is a version in '" + versions.range() + "'; "
                        + there("tags", tags.keySet()),
                "push a tag like v1.2.3 or widen the range");
    }

    private static Refusal empty(String location) {
        return new Refusal(location + " holds no commit yet", "push a first commit to it");
    }

    private static String there(String what, Collection<String> names) {
        if (names.isEmpty()) {
            return "there are no " + what;
        }
        String some = String.join(", ", names.stream().limit(MOST_NAMES).toList());
        return what + " there: " + some
                + (names.size() > MOST_NAMES ? ", and " + (names.size() - MOST_NAMES) + " more" : "");
    }

    static String shorten(String ref) {
        return ref.startsWith(HEADS) ? ref.substring(HEADS.length()) : ref;
    }
}
