package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which first processes the script takes for such that hear SIGTERM, with a process of this machine in place of the first one. */
class TerminateScriptTest {

    /** What it says of a process that says a line once it is as it is to be. */
    private static String said(String process) throws Exception {
        Process first = new ProcessBuilder("perl", "-e", "$| = 1; " + process).start();
        try {
            assertThat(first.inputReader().readLine()).isEqualTo("there");
            Process shell = new ProcessBuilder("sh", "-c", script(first.pid()), "terminate").start();
            List<String> said = shell.inputReader().lines().toList();
            assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return said.getFirst();
        } finally {
            first.destroyForcibly();
        }
    }

    private static String script(long pid) throws IOException {
        try (InputStream file = Objects.requireNonNull(ContainerShell.class.getResourceAsStream("terminate.sh"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .replace("/proc/1/status", "/proc/" + pid + "/status")
                    .replace("kill -0 1", "kill -0 " + pid)
                    .replace("kill -TERM 1", "kill -TERM " + pid);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // As most programs that end in order.
                "$SIG{TERM} = sub { exit 0 }; print qq(there\n); sleep 60",
                // As tini, dumb-init and s6: blocked, and taken when it is asked for.
                "use POSIX; POSIX::sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM)); print qq(there\n); sleep 60"
            })
    void whoHandlesOrBlocksItIsTold(String process) throws Exception {
        assertThat(said(process)).isEqualTo("begun");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "print qq(there\n); sleep 60",
                "$SIG{TERM} = q(IGNORE); print qq(there\n); sleep 60",
                "use POSIX; POSIX::sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR1)); print qq(there\n); sleep 60"
            })
    void whoDoesNeitherWouldNotHearIt(String process) throws Exception {
        assertThat(said(process)).startsWith("no has a first process that does not handle SIGTERM");
    }
}
