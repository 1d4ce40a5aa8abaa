package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens to a file, reading it ends in documents and placed problems. Seeded; {@code -Dhomeostat.seed} and {@code
 * -Dhomeostat.mutations} choose others.
 */
class MutationsTest {
    private static final long SEED = Long.getLong("homeostat.seed", 20261121);
    private static final int MUTATIONS = Integer.getInteger("homeostat.mutations", 1000);

    private static final String[] TOKENS = {
        "\t",
        "  ",
        "\n",
        ":",
        ": ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        "|",
        ">",
        "&a ",
        "*a",
        "<<: *a",
        "!!binary ",
        "!x ",
        "#",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "? ",
        "~",
        "\u0000",
        "\u0085",
        "\uFEFF",
        "\u2028",
        "💥",
        "null",
        "yes",
        "0x",
        "1e999",
        ".nan",
        "99999999999999999999",
        "@",
        "`",
        "\\",
        "\"\\ud800\"",
        ","
    };

    @Test
    void everyMutationOfAValidFileEndsInPlacedProblems() {
        int broken = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            long seed = SEED + i;
            Random random = new Random(seed);
            String file = random.nextInt(6) == 0 ? "f.json" : "f.yaml";
            boolean move = random.nextBoolean();
            byte[] mutant = mutate(file.equals("f.json") ? Samples.JSON : Samples.YAML, move, random);
            try {
                broken += check(file, mutant, !move);
            } catch (RuntimeException | StackOverflowError | AssertionError crash) {
                throw new AssertionError(
                        "seed " + seed + ", " + file + ":\n"
                                + new String(
                                        Arrays.copyOf(mutant, Math.min(mutant.length, 4000)), StandardCharsets.UTF_8),
                        crash);
            }
        }
        assertThat(broken).as("a fuzz that breaks nothing proves nothing").isGreaterThan(MUTATIONS / 2);
    }

    @Test
    void everyCodeThatIsMetIsInTheReference() throws IOException {
        Set<String> codes = new TreeSet<>();
        for (long seed = SEED; seed < SEED + MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] mutant = mutate(Samples.YAML, true, random);
            Documents.parse("f.yaml", mutant).problems().forEach(problem -> codes.add(problem.code()));
        }
        String reference = Files.readString(Path.of("../docs/reference/problems.md"));
        assertThat(codes)
                .hasSizeGreaterThan(10)
                .allSatisfy(code -> assertThat(reference).contains("| `" + code + "` |"));
    }

    @Test
    void theSamplesThemselvesAreValid() {
        assertThat(Documents.parse("f.yaml", Samples.YAML.getBytes(StandardCharsets.UTF_8))
                        .problems())
                .isEmpty();
        assertThat(Documents.parse("f.json", Samples.JSON.getBytes(StandardCharsets.UTF_8))
                        .problems())
                .isEmpty();
    }

    /** Answers 1 when there was a problem. Where nothing was moved out of the Secret, nothing of it may show. */
    private static int check(String file, byte[] mutant, boolean secret) {
        Documents.Parsed parsed = Documents.parse(file, mutant);
        List<Problem> problems = new ArrayList<>(parsed.problems());
        List<Application> applications = parsed.documents().stream()
                .filter(Applications::isOne)
                .map(document -> Applications.read(document, SyncPolicy.DEFAULT, problems))
                .toList();
        parsed.documents().stream()
                .filter(Environments::isOne)
                .forEach(document -> Environments.read(document, problems));
        problems.addAll(Checks.across(parsed.documents(), applications));
        assertThat(problems).allSatisfy(problem -> {
            assertThat(problem.at().file()).as(problem.toString()).isEqualTo(file);
            assertThat(problem.at().line()).as(problem.toString()).isPositive();
            assertThat(problem.at().column()).as(problem.toString()).isPositive();
            assertThat(problem.toString()).doesNotContain("\n").hasSizeLessThan(1300);
            if (secret) {
                assertThat(problem.toString()).doesNotContain("hunter2").doesNotContain("aHVudGVy");
            }
        });
        for (Document document : parsed.documents()) {
            assertThat(Json.write(document.content()) + Yaml.write(document.content()))
                    .doesNotContain(Node.Hidden.class.getName());
            if (parsed.problems().isEmpty() && !document.key().kind().equals("Secret")) {
                String again = Yaml.write(document.content());
                assertThat(Documents.parse("again.yaml", again.getBytes(StandardCharsets.UTF_8))
                                .problems())
                        .as(again)
                        .isEmpty();
            }
        }
        assertThat(Findings.sarif(problems)).isNotEmpty();
        return problems.isEmpty() ? 0 : 1;
    }

    private static byte[] mutate(String sample, boolean move, Random random) {
        int kind = random.nextInt(move ? 14 : 10);
        if (kind == 0) {
            return bytes(sample, random);
        }
        String text = sample;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            text = switch (kind) {
                case 1 -> text.substring(0, random.nextInt(text.length() + 1));
                case 2 -> insert(text, random, "[".repeat(random.nextInt(20_000)));
                case 3 -> insert(text, random, "{a: ".repeat(random.nextInt(20_000)));
                case 4 -> insert(text, random, "\n" + "- ".repeat(random.nextInt(20_000)));
                case 5 -> insert(text, random, "x".repeat(random.nextInt(100_000)));
                case 6 -> insert(text, random, bomb(random));
                case 10 -> lines(text, random);
                case 11 -> indented(text, random);
                case 12, 13 -> swapped(text, random);
                default -> insert(text, random, TOKENS[random.nextInt(TOKENS.length)]);
            };
            kind = 1 + random.nextInt(move ? 13 : 9);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static String insert(String text, Random random, String what) {
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + what + text.substring(at);
    }

    private static String bomb(Random random) {
        StringBuilder bomb = new StringBuilder("\nz0: &z0 [x, x]\n");
        for (int i = 1; i < 2 + random.nextInt(30); i++) {
            bomb.append("z%d: &z%d [%s]\n"
                    .formatted(i, i, String.join(", ", Collections.nCopies(1 + random.nextInt(10), "*z" + (i - 1)))));
        }
        return bomb.toString();
    }

    /** Lines left out, doubled or moved. */
    private static String lines(String text, Random random) {
        List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
        for (int i = 1 + random.nextInt(5); i > 0 && lines.size() > 1; i--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(3)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
                default -> Collections.swap(lines, at, random.nextInt(lines.size()));
            }
        }
        return String.join("\n", lines);
    }

    private static String indented(String text, Random random) {
        String[] lines = text.split("\n", -1);
        int at = random.nextInt(lines.length);
        lines[at] = random.nextBoolean() ? " ".repeat(random.nextInt(6)) + lines[at] : lines[at].stripLeading();
        return String.join("\n", lines);
    }

    /** Two words exchanged: keys and values land where they do not belong. */
    private static String swapped(String text, Random random) {
        String[] words = text.split("(?<=[ \n:,])|(?=[ \n:,])");
        for (int i = 1 + random.nextInt(3); i > 0 && words.length > 1; i--) {
            int one = random.nextInt(words.length);
            int other = random.nextInt(words.length);
            String word = words[one];
            words[one] = words[other];
            words[other] = word;
        }
        return String.join("", words);
    }
}
