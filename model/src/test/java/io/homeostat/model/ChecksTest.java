package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file under {@code checks} stands beside one that holds, line by line, what is reported about it. */
class ChecksTest {
    private static final String FOLDER = "src/test/resources/checks/";

    @ParameterizedTest
    @MethodSource("alone")
    void everythingWrongWithADocumentIsReported(Path file) throws IOException {
        compare(
                file,
                Documents.parse(file.getFileName().toString(), Files.readAllBytes(file))
                        .problems());
    }

    @ParameterizedTest
    @MethodSource("across")
    void everythingWrongBetweenDocumentsIsReported(Path file) throws IOException {
        List<Problem> problems = new ArrayList<>();
        Documents.Parsed parsed = Documents.parse(file.getFileName().toString(), Files.readAllBytes(file));
        List<Application> applications = parsed.documents().stream()
                .filter(Applications::isOne)
                .map(document -> Applications.read(document, SyncPolicy.DEFAULT, problems))
                .toList();
        assertThat(parsed.problems()).isEmpty();
        assertThat(problems).isEmpty();
        compare(file, Checks.across(parsed.documents(), applications));
    }

    @Test
    void aLongChainOfDependenciesIsNoCycle() {
        List<Application> chain = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            chain.add(new Application(
                    "a" + i,
                    ".",
                    List.of(new Application.Dependency("a" + (i + 1), null, Position.NONE)),
                    SyncPolicy.DEFAULT,
                    Position.NONE));
        }
        chain.add(new Application("a20000", ".", List.of(), SyncPolicy.DEFAULT, Position.NONE));
        assertThat(Checks.across(List.of(), chain)).isEmpty();
    }

    private static void compare(Path file, List<Problem> problems) throws IOException {
        String report = problems.stream().map(problem -> problem + "\n").collect(Collectors.joining());
        assertThat(report.getBytes(StandardCharsets.UTF_8)).isNotEmpty();
        assertThat(report).doesNotContain("hunter2");
        GeneratedFile.isUpToDate(file.toString().replace(".yaml", ".txt"), report);
    }

    static Stream<Path> alone() throws IOException {
        return files("alone");
    }

    static Stream<Path> across() throws IOException {
        return files("across");
    }

    private static Stream<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(FOLDER + folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        }
    }
}
