package io.homeostat.target.local.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * An agent in a process of its own, to be killed. It wants a number of instances and sees to it that they are there, in an order of
 * its own, several at once; those called {@code churn-…} it ends, removes and launches again for ever.
 */
final class AgentProcess implements AutoCloseable {
    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private final Process process;
    private final BufferedReader output;

    AgentProcess(Machine machine, Map<String, String> environment, long seed, List<String> wanted) throws IOException {
        this(machine, environment, List.of(), CLASS_PATH, seed, wanted);
    }

    /** @param as what runs it: another user, say */
    AgentProcess(
            Machine machine,
            Map<String, String> environment,
            List<String> as,
            String classPath,
            long seed,
            List<String> wanted)
            throws IOException {
        List<String> command = new ArrayList<>(as);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                AgentProcess.class.getName(),
                machine.instances.toString(),
                machine.root.toString(),
                machine.marker,
                Long.toString(seed)));
        command.addAll(wanted);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Waits until it has opened the directory; answers how many starts of the one before it found unfinished. */
    int awaitOpen() throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith("open ")) {
            throw new AssertionError("the agent said: " + line);
        }
        return Integer.parseInt(line.substring(5));
    }

    /** Waits until all that is wanted has been launched. */
    void awaitSettled() throws IOException {
        for (String line = output.readLine(); !"settled".equals(line); line = output.readLine()) {
            if (line == null) {
                throw new AssertionError("the agent ended");
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        output.close();
    }

    /** What runs under an id: it notes each start, and lives on or ends with the code that the id names. */
    static Launch wanted(Machine machine, String id) {
        String note = "echo $$ >>" + machine.root + "/starts-" + id + "; ";
        String then = id.startsWith("job-") ? "sleep 0.0$(($$ % 10)); exit " + id.substring(4) : "exec sleep 1000";
        return machine.sh(id, note + then);
    }

    static List<String> starts(Machine machine, String id) throws IOException {
        Path file = machine.root.resolve("starts-" + id);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        Machine machine = new Machine(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2]);
        Random random = new Random(Long.parseLong(arguments[3]));
        List<String> wanted = new ArrayList<>(List.of(arguments).subList(4, arguments.length));
        Collections.shuffle(wanted, random);
        Processes processes = Processes.open(machine.instances, LogPolicy.DEFAULT, InstantSource.system());
        out.println("open " + processes.findings().size());
        List<Thread> threads = new ArrayList<>();
        for (String id : wanted) {
            threads.add(Thread.ofVirtual().start(() -> keep(processes, machine, id)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        out.println("settled");
        out.flush();
        Thread.currentThread().join();
    }

    private static void keep(Processes processes, Machine machine, String id) {
        try {
            processes.launch(wanted(machine, id));
            while (id.startsWith("churn-")) {
                processes.kill(id).get();
                processes.remove(id);
                processes.launch(wanted(machine, id));
            }
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
