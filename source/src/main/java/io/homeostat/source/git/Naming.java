package io.homeostat.source.git;

import java.io.IOException;
import org.eclipse.jgit.errors.AmbiguousObjectException;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.RevisionSyntaxException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** Which commit a person means: its id or the beginning of it, a branch, a tag, or one before those ({@code HEAD~2}). */
final class Naming {

    private Naming() {}

    /**
     * @param followed what {@code HEAD} stands for; null before the first commit
     * @return null when nothing in {@code repository} is called that, or when it is no commit
     */
    static @Nullable ObjectId resolve(Repository repository, String name, @Nullable ObjectId followed)
            throws IOException {
        boolean fromHead = name.equals("HEAD") || name.startsWith("HEAD~") || name.startsWith("HEAD^");
        if (fromHead && followed == null) {
            return null;
        }
        String expression = fromHead && followed != null ? followed.name() + name.substring("HEAD".length()) : name;
        try {
            return repository.resolve(expression + "^{commit}");
        } catch (AmbiguousObjectException several) {
            throw new Refusal("'" + name + "' is the beginning of several ids", "give more of it");
        } catch (RevisionSyntaxException | IncorrectObjectTypeException | MissingObjectException nothing) {
            return null;
        }
    }
}
