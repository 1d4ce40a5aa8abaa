package io.homeostat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.cli.command.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written about the commands agrees with the commands. */
class DocsTest {

    private static final Path ROOT = Checkout.root();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    /** {@code -Dupdate=true} writes the page anew. */
    @Test
    void thePageAboutTheCommandsIsMadeFromThem() throws IOException {
        Path page = ROOT.resolve("docs/cli.md");
        String made = CliPage.markdown();
        if (Boolean.getBoolean("update")) {
            Files.writeString(page, made);
        }

        assertThat(page)
                .as("docs/cli.md; to write it anew: ./mvnw test -pl cli -am -Dtest=DocsTest -Dupdate=true")
                .hasContent(made);
    }

    @Test
    void everyCallThatIsWrittenDownIsUnderstood() throws Exception {
        int calls = 0;
        for (Path page : pages()) {
            boolean code = false;
            for (String line : Files.readAllLines(page)) {
                if (line.startsWith("```")) {
                    code = !code;
                } else if (code && line.matches("(\\./)?homeostat .*")) {
                    String call = line.replaceFirst("\\s+#.*$", "");
                    Usage usage = Examples.parse(call);
                    assertThat(usage.name()).as(page + ": " + call).isNotEmpty();
                    calls++;
                }
            }
        }
        assertThat(calls).isGreaterThan(15);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                assertThat(page.resolveSibling(link.group(1)))
                        .as(page + " links to it")
                        .exists();
            }
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList();
        }
    }
}
