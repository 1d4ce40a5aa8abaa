package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The script ends by itself for each of its reasons, and takes everything that it started with it. Run by this machine's shell. */
class StressScriptTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long MEBIBYTE = 1L << 20;

    /** One that runs. */
    private record Script(Process shell, BufferedReader output, Writer input) implements AutoCloseable {

        static Script start(String... arguments) throws IOException {
            try (InputStream file = Objects.requireNonNull(ContainerShell.class.getResourceAsStream("stress.sh"))) {
                String text = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
                List<String> command = new ArrayList<>(List.of("sh", "-c", text, "stress"));
                command.addAll(List.of(arguments));
                Process shell = new ProcessBuilder(command).start();
                return new Script(shell, shell.inputReader(), shell.outputWriter());
            }
        }

        String line() throws IOException {
            return String.valueOf(output.readLine());
        }

        void tell(String line) throws IOException {
            input.write(line + "\n");
            input.flush();
        }

        /** What it answers to signs of life, until one of its answers is at least so much. */
        long asked(long atLeast) throws IOException {
            long end = System.nanoTime() + SOON.toNanos();
            long amount = -1;
            while (amount < atLeast && System.nanoTime() < end) {
                tell("on");
                amount = Long.parseLong(line().replaceAll("[^0-9]", ""));
            }
            return amount;
        }

        List<ProcessHandle> started() {
            return shell.descendants().toList();
        }

        void assertOver(List<ProcessHandle> started) throws Exception {
            assertThat(shell.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(output.lines().toList()).endsWith("over");
            assertThat(started).isNotEmpty().noneMatch(ProcessHandle::isAlive);
        }

        @Override
        public void close() {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }

    @Test
    void memoryIsHeldUntilItIsToldToEnd() throws Exception {
        try (Script script = Script.start("memory", "260", "60000", "30", "-", "0")) {
            assertThat(script.line()).isEqualTo("begun");
            assertThat(script.asked(260 * 1024)).isGreaterThanOrEqualTo(260 * 1024);
            List<ProcessHandle> started = script.started();
            script.tell("end");
            script.assertOver(started);
        }
    }

    @Test
    void loopsAreBusyUntilNobodyIsThereAnyMore() throws Exception {
        try (Script script = Script.start("cpu", "1@50", "60000", "30", "-", "0")) {
            assertThat(script.line()).isEqualTo("begun");
            assertThat(script.asked(10)).isGreaterThanOrEqualTo(10);
            List<ProcessHandle> started = script.started();
            script.input().close();
            script.assertOver(started);
        }
    }

    @Test
    void itEndsWhenItHearsNothing() throws Exception {
        try (Script script = Script.start("cpu", "1@1", "60000", "2", "-", "0")) {
            assertThat(script.line()).isEqualTo("begun");
            script.assertOver(script.started());
        }
    }

    @Test
    void itEndsWhenItsTimeIsUp() throws Exception {
        long begun = System.nanoTime();
        try (Script script = Script.start("cpu", "1@1", "150", "30", "-", "0")) {
            assertThat(script.line()).isEqualTo("begun");
            script.assertOver(script.started());
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void itEndsWhenOneOfThoseThatItStartedIsGone() throws Exception {
        try (Script script = Script.start("memory", "20", "60000", "30", "-", "0")) {
            assertThat(script.line()).isEqualTo("begun");
            assertThat(script.asked(20 * 1024)).isGreaterThanOrEqualTo(20 * 1024);
            List<ProcessHandle> started = script.started();
            started.stream()
                    .filter(each -> each.info().command().orElse("").endsWith("dd"))
                    .forEach(ProcessHandle::destroyForcibly);
            String answer = "";
            while (!answer.equals("over") && script.shell().isAlive()) {
                script.tell("on");
                answer = script.line();
            }
            assertThat(answer).isEqualTo("over");
            assertThat(script.shell().waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(started).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void whatWouldTakeTooMuchIsRefused() throws Exception {
        try (Script script = Script.start("memory", "60000000", "60000", "30", "-", "1")) {
            assertThat(script.line()).startsWith("no has no memory limit, and 60000000 MiB are more than its part, ");
            script.assertOver(List.of(script.shell().toHandle()));
        }
        // One MiB is little, unless very many take it.
        try (Script script = Script.start("memory", "1", "60000", "30", "-", "1000000000")) {
            assertThat(script.line()).startsWith("no has no memory limit, and 1 MiB are more than its part, 0 MiB");
            script.assertOver(List.of(script.shell().toHandle()));
        }
    }

    @Test
    void theDiskOfTheNodeIsNeverFilled() throws Exception {
        try (Script script = Script.start("disk", "1", "60000", "30", "/etc/hosts", "0")) {
            assertThat(script.line())
                    .isEqualTo(
                            "no has no file system of its own at /etc/hosts: filling it would fill the disk of the node");
            script.assertOver(List.of(script.shell().toHandle()));
        }
    }

    @Test
    void aStoreThatOthersUseTooIsNeverFilled() throws Exception {
        // More is to be left than there is, so nothing is filled here in any case.
        try (Script script = Script.start("disk", "1000000000", "60000", "30", "/dev/shm", "1")) {
            assertThat(script.line())
                    .startsWith("no has at /dev/shm a file system of ")
                    .endsWith(" MiB for a volume of 1 MiB: filling it would fill what others use, too");
            script.assertOver(List.of(script.shell().toHandle()));
        }
    }

    /** As an old cluster has it: a volume in memory of its own that is larger than declared. */
    @Test
    void noMoreIsFilledThanWasDeclared() throws Exception {
        FileStore store = Files.getFileStore(Path.of("/dev/shm"));
        long used = (store.getTotalSpace() - store.getUsableSpace()) / MEBIBYTE;
        String declared = Long.toString(-(used + 24));
        try (Script script = Script.start("disk", "8", "60000", "30", "/dev/shm", declared)) {
            assertThat(script.line()).isEqualTo("begun");
            script.tell("on");
            assertThat(script.line()).startsWith("disk ");
            assertThat(store.getUsableSpace() / MEBIBYTE).isGreaterThan(16);
            List<ProcessHandle> started = script.started();
            script.tell("end");
            script.assertOver(started);
        }
        try (Script script = Script.start("disk", "8", "60000", "30", "/dev/shm", "-4")) {
            assertThat(script.line()).matches("no has only -?[0-9]+ MiB left at /dev/shm as it is");
            script.assertOver(List.of(script.shell().toHandle()));
        }
    }

    @Test
    void aFileSystemOfTheSizeThatWasDeclaredIsFilled() throws Exception {
        FileStore store = Files.getFileStore(Path.of("/dev/shm"));
        long left = store.getUsableSpace() / MEBIBYTE - 64;
        String declared = Long.toString(store.getTotalSpace() / MEBIBYTE);
        try (Script script = Script.start("disk", Long.toString(left), "60000", "30", "/dev/shm", declared)) {
            assertThat(script.line()).isEqualTo("begun");
            List<ProcessHandle> started = script.started();
            script.tell("end");
            script.assertOver(started);
        }
    }
}
