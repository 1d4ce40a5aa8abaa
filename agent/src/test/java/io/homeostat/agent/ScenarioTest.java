package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Plays every file of {@code scenarios/}; {@code -Dscenario=NAME,NAME} plays those whose name begins with one of these. */
@Tag("e2e")
class ScenarioTest {

    private static final Path SCENARIOS = Path.of("..", "scenarios");

    @TempDir
    Path directory;

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> scenarios() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(SCENARIOS)) {
            files = found.filter(file -> file.toString().endsWith(".scenario"))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        List<String> only = List.of(System.getProperty("scenario", "").split(",", -1));
        return files.stream()
                .filter(file -> only.stream().anyMatch(file.getFileName().toString()::startsWith))
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
    }

    private void play(Path file) throws Exception {
        try (Stage stage = new Stage(directory.resolve(file.getFileName().toString()))) {
            new Scenario(stage).play(Files.readAllLines(file));
        }
    }
}
