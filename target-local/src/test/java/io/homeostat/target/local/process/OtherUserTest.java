package io.homeostat.target.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No root is needed: an agent of the user nobody does all of it. (Where the tests are not run by root, all of them show that.) */
class OtherUserTest {
    private static final String NOBODY = "65534";

    private final Machine machine = new Machine();

    @AfterEach
    void cleanUp() throws IOException {
        machine.close();
    }

    @Test
    void nobodyLaunchesAndIsKilledAndAdopts() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can become somebody else");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not here");
        Files.setPosixFilePermissions(machine.root, PosixFilePermissions.fromString("rwxrwxrwx"));
        String classPath = readableClassPath();
        List<String> asNobody = List.of("/usr/bin/setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        List<String> wanted = List.of("web-1", "web-2", "job-3");

        for (int life = 0; life < 3; life++) {
            try (AgentProcess agent = new AgentProcess(machine, Map.of(), asNobody, classPath, life, wanted)) {
                assertThat(agent.awaitOpen()).isZero();
                agent.awaitSettled();
            }
        }

        for (String id : wanted) {
            Machine.await(id + " was started", () -> Files.exists(machine.root.resolve("starts-" + id)));
            assertThat(AgentProcess.starts(machine, id)).hasSize(1);
        }
        Machine.await("both servers run", () -> machine.processes().size() == 2);
        assertThat(Files.readString(
                        Path.of("/proc/" + machine.processes("web-1").getFirst() + "/status")))
                .contains("Uid:\t65534\t65534\t65534\t65534");
        Machine.await("the exit code is recorded", () -> Files.exists(machine.instances.resolve("job-3/exit")));
        assertThat(Files.readAllLines(machine.instances.resolve("job-3/exit"))).startsWith("3");
    }

    /** The class path may lie in a home directory that nobody may enter. */
    private String readableClassPath() throws IOException {
        Path copies = Files.createDirectory(machine.root.resolve("classpath"));
        List<String> paths = new ArrayList<>();
        for (String entry : AgentProcess.CLASS_PATH.split(File.pathSeparator)) {
            Path from = Path.of(entry);
            Path to = copies.resolve(paths.size() + "-" + from.getFileName());
            try (Stream<Path> files = Files.exists(from) ? Files.walk(from) : Stream.of()) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            paths.add(to.toString());
        }
        return String.join(File.pathSeparator, paths);
    }
}
