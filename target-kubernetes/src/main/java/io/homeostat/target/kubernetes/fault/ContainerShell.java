package io.homeostat.target.kubernetes.fault;

import io.homeostat.converge.Faults;
import io.homeostat.converge.Faults.Place;
import io.homeostat.target.kubernetes.api.ApiFailure;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Execution;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Scripts that are run by the shell of a container, without a file. What keeps one from being run is said in words. */
final class ContainerShell {

    /** A container under stress, or on a busy node, takes its time. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ApiServer server;
    private final String script;

    /** @param resource beside this class; ASCII */
    ContainerShell(ApiServer server, String resource) {
        this.server = server;
        try (InputStream file = ContainerShell.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(resource + " is not in the jar");
            }
            script = new String(file.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException unreadable) {
            throw new IllegalStateException(resource + " cannot be read", unreadable);
        }
    }

    /**
     * Runs it until it says {@code begun}.
     *
     * @param name by which people find it among the processes
     * @throws IOException when it cannot be run, or says {@code no}: with its reason
     */
    Execution begin(Place.OnInstance place, String container, String name, List<String> arguments) throws IOException {
        // Reads no byte more than the script has: what follows is for the script.
        String read = "eval \"$(dd bs=1 count=" + (script.length() + 1) + " 2>/dev/null)\"";
        List<String> command = new ArrayList<>(List.of("sh", "-c", read, name));
        command.addAll(arguments);
        String where = "the container " + container + " of " + place.instance();
        Execution running;
        try {
            running = server.exec(place.workload().namespace(), place.instance(), container, command);
        } catch (ApiFailure refused) {
            throw new IOException(refusal(refused.code(), place.workload().namespace(), where), refused);
        }
        boolean hasBegun = false;
        String said;
        boolean isOver;
        boolean isLost;
        try {
            boolean isTaken = running.tell(script);
            said = isTaken ? running.hear(PATIENCE) : null;
            hasBegun = "begun".equals(said);
            isOver = running.isOver(Duration.ZERO);
            isLost = !isTaken || running.isSilent();
        } finally {
            if (!hasBegun) {
                running.close();
            }
        }
        if (hasBegun) {
            return running;
        }
        if (said == null && hasNoShell(running.failure())) {
            throw new Faults.Impossible(
                    new Place.OnInstance(place.workload(), place.instance(), container),
                    unsaid(where, isOver, isLost, running.failure()));
        }
        throw new IOException(
                said == null
                        ? unsaid(where, isOver, isLost, running.failure())
                        : where + " " + said.replaceFirst("^no ", ""));
    }

    /**
     * Why nothing was said.
     *
     * @param isLost nobody waited any longer, since the shell was not reached or is not heard any more
     */
    static String unsaid(String where, boolean isOver, boolean isLost, String failure) {
        if (hasNoShell(failure)) {
            return where + " has no `sh`, by which this is done there; use an image with a shell and coreutils or"
                    + " busybox, or name another `container`";
        }
        String why = isOver
                ? " could not run the script, which takes dd, df, rm, sleep and tail"
                : isLost ? " is not reached" : " says nothing within " + PATIENCE.toSeconds() + " s";
        return "the shell of " + where + why + (failure.isEmpty() ? "" : ": " + failure);
    }

    private static boolean hasNoShell(String failure) {
        return failure.contains("executable file not found") || failure.contains("no such file or directory");
    }

    static String refusal(int code, String namespace, String where) {
        return switch (code) {
            case 401, 403 ->
                "the agent may not run commands in pods of the namespace " + namespace + ": its role there needs the"
                        + " rule {apiGroups: [\"\"], resources: [pods/exec], verbs: [get, create]}, as homeostat-chaos"
                        + " in deploy/ has it";
            case 404 -> where + " is not there any more";
            default -> "the cluster runs no command in " + where + ": it answered with " + code;
        };
    }
}
