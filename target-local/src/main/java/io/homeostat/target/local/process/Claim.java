package io.homeostat.target.local.process;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who may run an instance: the content of its file {@code child}, which is made once and never changed.
 *
 * <h2>Why there is never a second one, and none is lost</h2>
 *
 * <p>Between "the agent wants it" and "it runs" lie four processes (agent, shim, child, agent again after a crash), and each
 * may be killed, or paused for ever so long, at every instruction. All of it hangs on one atomic act: {@code link(2)} of a
 * finished file to the name {@code child}, which fails when the name exists. The child does it right before it becomes the
 * program, with its identity and its shim's. An agent that finds an instance without that name does it too, with a
 * revocation. Exactly one of them wins, and the loser never runs the program.
 *
 * <pre>
 *   agent                            shim                    child
 *   1 make .new-ID (launch.json,
 *     start, log), rename to ID
 *   2 fork ────────────────────────► 3 look at itself
 *                                    4 fork ───────────────► 5 look at itself
 *                                                            6 link → child        (the claim)
 *   8 read the line, or the end  ◄────────────────────────── 7 tell
 *                                                            9 source start: exec  (the program)
 *                                    10 wait: exit, sweep
 * </pre>
 *
 * <ul>
 *   <li><b>Agent killed before 1 is done:</b> only {@code .new-…} is there; {@link Processes#open} deletes it. Nothing ran.
 *   <li><b>Agent killed between 1 and 6:</b> the next agent finds no claim and revokes. If it wins, the instance is as if it
 *       had never been, and whoever wants it launches it again; a shim or child still on its way fails at 6. If it loses, the
 *       claim is there, and it adopts.
 *   <li><b>Agent killed after 6:</b> the claim names the process. Adopted; the shim records the exit in any case.
 *   <li><b>Shim killed before 4:</b> its end closes the pipe; the agent revokes, wins, and the launch has failed. <b>Between 4
 *       and 6</b> the child goes on alone: pipe still open, claim, line. <b>After 6</b> the program goes on, watched by the
 *       agent; its exit code is known to nobody and said to be unknown. <b>Between the program's end and {@code exit}</b>:
 *       the same.
 *   <li><b>Child killed before 6:</b> the shim finds no claim and ends; the pipe closes; as above. Should its {@code ln}
 *       outlive it, the claim is for a dead process: an exit of unknown code, and nothing ran. <b>After 6:</b> the shim records
 *       the signal, as if the program had been killed at once.
 *   <li><b>Nobody killed, but stuck before 6:</b> after some seconds the agent revokes; the launch has failed, and whoever
 *       wakes up later loses.
 *   <li><b>An id launched again while an old shim still sleeps somewhere before 6:</b> all names in the shim are relative, and
 *       its working directory is the old directory, not the path: its link fails since the directory has no more entries. If it
 *       sleeps even before entering the directory, it enters the new one and races there at 6: one of the two children wins and
 *       runs the one {@code start}. The agent reads the winner from the claim, and the shim that lost records nothing, since
 *       the claim does not name it.
 *   <li><b>Deleting:</b> {@code start} goes first, {@code child} last ({@link InstanceDirectory#delete}). While {@code child}
 *       is there nobody can claim; once it is gone there is nothing to run. An agent killed half-way deletes on.
 *   <li><b>Reboot, pid reused:</b> an identity holds boot id and start ticks; a process that differs in either is not ours and
 *       is never signalled.
 * </ul>
 *
 * @param shim who waits for the child and records its exit
 * @param at when it was made
 */
record Claim(Identity child, Identity shim, Instant at) {
    /** What the file says. */
    sealed interface Finding {
        record None() implements Finding {}

        record Revoked() implements Finding {}

        record Held(Claim claim) implements Finding {}
    }

    static Finding read(Path directory) throws IOException {
        Path file = directory.resolve(InstanceDirectory.CHILD);
        try {
            Claim claim = parse(
                    Files.readString(file), Files.getLastModifiedTime(file).toInstant());
            return claim == null ? new Finding.Revoked() : new Finding.Held(claim);
        } catch (NoSuchFileException nobody) {
            return new Finding.None();
        }
    }

    /** Revokes unless somebody holds the claim; answers what holds afterwards: never {@code None}. */
    static Finding revoke(Path directory) throws IOException {
        Path revocation = directory.resolve("claim.agent");
        Files.deleteIfExists(revocation);
        // Empty: that needs no room on a full disk.
        Files.createFile(revocation);
        try {
            Files.createLink(directory.resolve(InstanceDirectory.CHILD), revocation);
            return new Finding.Revoked();
        } catch (FileAlreadyExistsException held) {
            return read(directory);
        }
    }

    /** A claim appears as a whole, so what is none is a revocation (or was lost with the power, and then its process was too). */
    private static @Nullable Claim parse(String line, Instant at) {
        String[] words = line.strip().split(" ");
        if (words.length != 5) {
            return null;
        }
        try {
            return new Claim(
                    new Identity(Long.parseLong(words[0]), Long.parseLong(words[1]), words[4]),
                    new Identity(Long.parseLong(words[2]), Long.parseLong(words[3]), words[4]),
                    at);
        } catch (NumberFormatException notOurs) {
            return null;
        }
    }
}
