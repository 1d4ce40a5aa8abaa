package io.homeostat.target.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last words of the shell before it becomes the program: {@code start}, sourced by the shim's child once it has the claim.
 *
 * <p>Everything comes in this file and nothing on a command line or in the shim's environment: environments hold secrets, and a
 * LD_PRELOAD or PATH that is meant for the program must not reach the shim.
 */
final class StartFile {
    /** A shell uses these itself: setting them would fail, or give the program something else. */
    private static final Set<String> OWNED_BY_SHELLS = Set.of(
            "_",
            "PPID",
            "UID",
            "EUID",
            "GROUPS",
            "SHLVL",
            "LINENO",
            "RANDOM",
            "SECONDS",
            "OPTIND",
            "IFS",
            "PWD",
            "OLDPWD",
            "SHELLOPTS");

    private static final List<String> BASICS = List.of("PATH", "HOME", "USER", "LANG", "TZ");
    private static final String PLAIN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private StartFile() {}

    /** What the program sees: the launch's environment over the few basics of the agent's own. */
    static Map<String, String> environment(Launch launch, Map<String, String> agent) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("PATH", PLAIN_PATH);
        for (String name : BASICS) {
            String value = agent.get(name);
            if (value != null) {
                all.put(name, value);
            }
        }
        all.putAll(launch.environment());
        return all;
    }

    /**
     * @param groups control groups to join
     * @param env the program {@code env}, for names that shells cannot hold ({@code spring.datasource.url}): those, and only
     *     those, are visible in the process list for the moment until it runs the program
     */
    static String text(Launch launch, Map<String, String> environment, List<Path> groups, Path env) {
        StringBuilder text = new StringBuilder();
        for (Path group : groups) {
            text.append("echo 0 >").append(quote(group.resolve("cgroup.procs").toString()));
            text.append(" || echo ")
                    .append(quote("homeostat: runs without its limits: " + group + " cannot be joined"))
                    .append('\n');
        }
        text.append("cd ").append(quote(launch.workingDirectory().toString())).append(" || exit 126\n");
        text.append("unset PWD OLDPWD SHLVL\n");

        List<String> command = new ArrayList<>();
        environment.forEach((name, value) -> {
            if (isShellName(name)) {
                text.append("export ")
                        .append(name)
                        .append('=')
                        .append(quote(value))
                        .append('\n');
            } else {
                command.add(name + "=" + value);
            }
        });
        if (!command.isEmpty()) {
            command.addFirst(env.toString());
        }
        command.addAll(launch.command());
        text.append("exec");
        for (String word : command) {
            text.append(' ').append(quote(word));
        }
        return text.append('\n').toString();
    }

    private static boolean isShellName(String name) {
        if (OWNED_BY_SHELLS.contains(name) || name.startsWith("BASH")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** Nothing is special between single quotes but the single quote. */
    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
