package io.homeostat.target.kubernetes;

import io.homeostat.target.kubernetes.fault.Undoer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** {@code homeostat undoer} as a process of its own, for a namespace. */
final class UndoerProcess implements AutoCloseable {

    private final Process process;

    UndoerProcess(String namespace) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        UndoerProcess.class.getName(),
                        Cluster.kubeconfig().toString(),
                        namespace)
                .inheritIO()
                .start();
    }

    public static void main(String... args) throws Exception {
        Undoer.of(
                        Path.of(args[0]),
                        null,
                        args[1],
                        InstantSource.system(),
                        line -> System.out.println("undoer: " + line))
                .run();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
