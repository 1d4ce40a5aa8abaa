package io.homeostat.model.internal.read;

import io.homeostat.model.Document;
import io.homeostat.model.Documents.Parsed;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.Promise;
import io.homeostat.model.internal.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One file: characters, trees, documents; and every problem on the way. */
public final class FileReader {
    private static final Comparator<Problem> BY_PLACE = Comparator.<Problem>comparingInt(
                    problem -> problem.at().line())
            .thenComparingInt(problem -> problem.at().column());

    /** A line of YAML or JSON that says what a document is. */
    private static final Pattern KIND = Pattern.compile("(?m)^[\\s{,-]*[\"']?kind[\"']?\\s*:\\s*[\"']?(\\w+)");

    private final List<Document> documents = new ArrayList<>();
    private final List<Problem> problems;
    private final Set<Problem> aside = new HashSet<>();

    private FileReader(List<Problem> problems) {
        this.problems = problems;
    }

    public static Parsed read(String file, byte[] content) {
        List<Problem> problems = new ArrayList<>();
        var reader = new FileReader(problems);
        SourceText source = SourceText.of(file, content, problems);
        if (source != null) {
            try {
                trees(source, problems, reader::document);
            } catch (Budget.Halt halt) {
                problems.add(halt.problem());
            }
        }
        problems.sort(BY_PLACE);
        List<Problem> shown =
                problems.size() <= Budget.MAX_PROBLEMS ? problems : problems.subList(0, Budget.MAX_PROBLEMS);
        return new Parsed(
                List.copyOf(reader.documents),
                List.copyOf(shown),
                Set.copyOf(reader.aside),
                reader.unread(new String(content, StandardCharsets.UTF_8)));
    }

    /** What is lost to a mistake may have been of a kind whose absence is no harmless thing. */
    private Map<String, Problem> unread(String text) {
        Problem why = problems.stream().filter(Problem::isError).findFirst().orElse(null);
        if (why == null) {
            return Map.of();
        }
        Map<String, Integer> lost = new TreeMap<>();
        KIND.matcher(text).results().forEach(found -> lost.merge(found.group(1), 1, Integer::sum));
        documents.forEach(document -> lost.merge(document.key().kind(), -1, Integer::sum));
        Map<String, Problem> unread = new TreeMap<>();
        lost.forEach((kind, times) -> {
            if (times > 0) {
                unread.put(kind, why);
            }
        });
        return unread;
    }

    /** What a file holds, whatever it is. */
    public static List<Node> values(String file, byte[] content, List<Problem> problems) {
        List<Node> values = new ArrayList<>();
        SourceText source = SourceText.of(file, content, problems);
        if (source != null) {
            try {
                trees(source, problems, values::add);
            } catch (Budget.Halt halt) {
                problems.add(halt.problem());
            }
        }
        return values;
    }

    /** Like kubectl: what starts with a brace is JSON if it can be; else YAML, which also knows braces. */
    private static void trees(SourceText source, List<Problem> problems, Consumer<Node> into) {
        boolean named = source.file().endsWith(".json");
        if (named || source.text().stripLeading().startsWith("{")) {
            List<Problem> found = new ArrayList<>();
            List<Node> trees = new ArrayList<>();
            JsonTree.documents(source, Budget.ofFile(), found, trees::add);
            if (named || found.stream().noneMatch(problem -> problem.code().equals("syntax"))) {
                problems.addAll(found);
                trees.forEach(into);
                return;
            }
        }
        new YamlReader(source, Budget.ofFile(), problems).read(into);
    }

    private void document(Node root) {
        if (root instanceof Node.Sequence list && isOpenSlo(list)) {
            list.elements().forEach(this::document);
            return;
        }
        if (!(root instanceof Node.Mapping content)) {
            problems.add(Problem.error(root.at(), "wrong-type", "a document must be a mapping")
                    .expecting("'apiVersion', 'kind', 'metadata' …"));
            return;
        }
        String kind = content.text("kind", "");
        if (kind.endsWith("List") && content.get("items") instanceof Node.Sequence items) {
            items.elements().forEach(this::document);
            return;
        }
        int before = problems.size();
        Node.Mapping shown =
                Secrets.isSecret(content.text("apiVersion", ""), kind) ? Secrets.hide(content, problems) : content;
        Document document = Identity.of(shown, problems);
        if (document != null) {
            documents.add(document);
        }
        inspect(shown);
        if (Promise.isOne(content)) {
            aside.addAll(problems.subList(before, problems.size()));
        }
    }

    /** OpenSLO's own tools write several documents as one list. */
    private static boolean isOpenSlo(Node.Sequence list) {
        return !list.elements().isEmpty()
                && list.elements().stream()
                        .allMatch(each -> each instanceof Node.Mapping mapping
                                && mapping.text("apiVersion", "").startsWith("openslo/"));
    }

    /** What the reader said of a place is more exact than what a shape says of it again. */
    private void inspect(Node.Mapping content) {
        if (problems.size() >= Budget.MAX_PROBLEMS) {
            return;
        }
        List<Problem> found = new ArrayList<>();
        Kinds.check(content, found);
        for (Problem problem : found) {
            if (problems.stream()
                    .noneMatch(said ->
                            said.at().equals(problem.at()) && said.code().equals(problem.code()))) {
                problems.add(problem);
            }
        }
    }
}
