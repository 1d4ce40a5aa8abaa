package io.homeostat.source.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/** Writes to a repository on this machine as a push would, without its hooks. */
record LocalPublisher(Repository objects) implements Publisher {

    @Override
    public @Nullable ObjectId tip(String name) throws IOException {
        Ref ref = objects.exactRef(name);
        return ref == null ? null : ref.getObjectId();
    }

    @Override
    public boolean advance(String name, @Nullable ObjectId from, ObjectId to) throws IOException {
        refuseCheckedOut(name);
        RefUpdate update = objects.updateRef(name);
        update.setExpectedOldObjectId(from == null ? ObjectId.zeroId() : from);
        update.setNewObjectId(to);
        update.setRefLogMessage("homeostat", true);
        RefUpdate.Result result = update.update();
        return switch (result) {
            case NEW, FAST_FORWARD, NO_CHANGE -> true;
            case LOCK_FAILURE, REJECTED -> false;
            default ->
                throw new IOException(name + " in " + objects.getDirectory() + " could not be written: " + result);
        };
    }

    /** Moving a branch under a work tree would make it look as if somebody had undone the new commit there. */
    private void refuseCheckedOut(String name) throws IOException {
        String policy = objects.getConfig().getString("receive", null, "denyCurrentBranch");
        boolean allowed =
                policy != null && List.of("ignore", "warn", "false").contains(policy.toLowerCase(Locale.ROOT));
        Path common = objects.getCommonDirectory().toPath();
        if (!allowed && !objects.isBare() && isHead(common.resolve("HEAD"), name)) {
            throw checkedOut(name, objects.getDirectory().toPath());
        }
        Path linked = common.resolve("worktrees");
        if (!allowed && Files.isDirectory(linked)) {
            try (Stream<Path> trees = Files.list(linked)) {
                for (Path tree : trees.toList()) {
                    if (isHead(tree.resolve("HEAD"), name)) {
                        throw checkedOut(name, tree);
                    }
                }
            }
        }
    }

    private static boolean isHead(Path head, String name) throws IOException {
        return Files.isRegularFile(head) && Files.readString(head).strip().equals("ref: " + name);
    }

    private static Refusal checkedOut(String name, Path where) {
        return new Refusal(
                "branch '" + Choice.shorten(name) + "' is checked out (" + where
                        + "), where a commit from outside would look like a local change",
                "revert it there by hand (git revert), write notes instead, or follow a bare repository");
    }
}
