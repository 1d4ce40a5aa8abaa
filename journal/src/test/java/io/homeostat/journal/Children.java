package io.homeostat.journal;

import java.util.ArrayList;
import java.util.List;

/** Java programs of these tests, run as processes of their own. */
final class Children {

    private Children() {}

    static ProcessBuilder java(Class<?> main, String... args) {
        return java("true", main, args);
    }

    /** @param before a shell command that runs in the same process before Java does */
    static ProcessBuilder java(String before, Class<?> main, String... args) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                before + " && exec \"$0\" \"$@\"",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command);
    }
}
