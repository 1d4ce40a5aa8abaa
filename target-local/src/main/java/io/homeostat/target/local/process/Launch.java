package io.homeostat.target.local.process;

import io.homeostat.model.Node;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of one program, asked for. Kept with the instance until {@link Processes#remove}.
 *
 * @param id names this run for ever: launching it a second time never runs it a second time. Letters, digits, {@code . _ -};
 *     starts with a letter or digit; at most 200 characters
 * @param command program and arguments; a program without {@code /} is looked up in the PATH of {@code environment}
 * @param environment all that the program sees, besides PATH, HOME, USER, LANG and TZ of the agent where it does not say
 *     otherwise. The shell in between may add PWD (with bash as {@code sh} also SHLVL and _)
 * @param workingDirectory absolute; must exist
 * @param labels the caller's own notes (owner, template digest, ports …), opaque here, without secrets
 */
public record Launch(
        String id,
        List<String> command,
        Map<String, String> environment,
        Path workingDirectory,
        Limits limits,
        Node.Mapping labels) {

    private static final int LONGEST_ID = 200;

    /** @throws IllegalArgumentException when the id is no safe file name, or something in it cannot be given to a process */
    public Launch {
        requireSafeId(id);
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new IllegalArgumentException(id + ": the command is empty");
        }
        if (!workingDirectory.isAbsolute()) {
            throw new IllegalArgumentException(id + ": the working directory is not absolute: " + workingDirectory);
        }
        for (String argument : command) {
            if (argument.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(id + ": an argument of the command contains a NUL character");
            }
        }
        environment.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        id + ": the environment variable '" + name + "' cannot be given to a process");
            }
        });
    }

    /** The id becomes a directory's name: nothing in it may lead elsewhere, or hide. */
    static void requireSafeId(String id) {
        boolean safe = !id.isEmpty() && id.length() <= LONGEST_ID && isAlphanumeric(id.charAt(0));
        for (int i = 0; safe && i < id.length(); i++) {
            char c = id.charAt(i);
            safe = isAlphanumeric(c) || c == '.' || c == '_' || c == '-';
        }
        if (!safe) {
            throw new IllegalArgumentException("not an instance id (letters, digits, '.', '_', '-'; at most "
                    + LONGEST_ID + " characters; a letter or digit first): " + id);
        }
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    /** Without command and environment: both may hold secrets. */
    @Override
    public String toString() {
        return "Launch[" + id + "]";
    }
}
