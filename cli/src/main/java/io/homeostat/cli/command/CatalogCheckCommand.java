package io.homeostat.cli.command;

import io.homeostat.chaos.extension.TestKit;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.slo.Promises;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The test kit for those who write extensions. */
public final class CatalogCheckCommand implements Command {

    private static final String FILE = "FILE";

    @Override
    public void describe(Usage usage) {
        usage.summary("check that an extension really undoes what it does")
                .required(FILE, "file", "A document of kind Extension.")
                .option("--parameters", "NAME=VALUE,…", "What it is told.")
                .option(
                        "--look",
                        "COMMAND",
                        "A command of the shell that says something else while the fault is there, and the same before and"
                                + " after; without it only the extension itself is asked.")
                .output()
                .paragraph(
                        "The fault is done for real, on this machine and without an agent: step by step, twice, without"
                                + " a start, with nobody who renews it, and with its holder killed. Exit code 1 when it left"
                                + " something behind or was not seen.")
                .example(
                        "homeostat catalog check flag-file.yaml --parameters file=/tmp/unexpected --look 'ls /tmp'",
                        "Each check, and what failed.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Path file = CatalogAddCommand.existing(call.argument(FILE));
        Extension extension = extension(file);
        Path directory = Files.createTempDirectory("homeostat-check-");
        List<Node> results = new ArrayList<>();
        boolean[] failed = {false};
        try {
            TestKit.check(
                    extension, parameters(call.value("--parameters")), call.value("--look"), directory, result -> {
                        String wrong = result.wrong();
                        failed[0] |= wrong != null;
                        Node.Mapping one = Node.Mapping.EMPTY
                                .with("check", result.check())
                                .with("passed", Node.Bool.of(wrong == null));
                        results.add(wrong == null ? one : one.with("wrong", wrong));
                        if (!call.json()) {
                            call.print(List.of(
                                    wrong == null
                                            ? call.paint().good("✓") + " " + result.check()
                                            : call.paint().bad("✗") + " " + result.check() + ": " + wrong));
                            call.terminal().flush();
                        }
                    });
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            failed[0] = true;
        } finally {
            delete(directory);
        }
        if (call.json()) {
            call.print(Node.Mapping.EMPTY
                    .with("extension", extension.name())
                    .with("checks", new Node.Sequence(results, Position.NONE)));
        }
        return failed[0] ? Exit.FAILED : Exit.DONE;
    }

    private static Extension extension(Path file) throws Failure, IOException {
        Documents.Parsed parsed = Documents.parse(file.toString(), Files.readAllBytes(file));
        List<Document> found = parsed.documents().stream()
                .filter(each -> each.key().kind().equals("Extension"))
                .toList();
        Promises promises = Promises.read(found, parsed.problems());
        if (promises.extensions().size() != 1) {
            throw Failure.of(
                    promises.problems().stream()
                            .filter(Problem::isError)
                            .map(Problem::toString)
                            .findFirst()
                            .orElse(file + " holds " + found.size() + " extensions, expected one"),
                    "docs/reference/Extension.md lists every field");
        }
        return promises.extensions().getFirst();
    }

    private static Map<String, String> parameters(@Nullable String said) throws Failure {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String each : said == null ? List.<String>of() : List.of(said.split(","))) {
            int equals = each.indexOf('=');
            if (equals <= 0) {
                throw Failure.wrongUse("'" + each + "' is no NAME=VALUE", "");
            }
            parameters.put(each.substring(0, equals).strip(), each.substring(equals + 1));
        }
        return parameters;
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all;
        try (Stream<Path> below = Files.walk(directory)) {
            all = below.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
