package io.homeostat.model.internal.write;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;

/** Problems as SARIF 2.1.0, which code hosts show beside the changed lines. */
public final class Sarif {

    private Sarif() {}

    public static Node.Mapping of(List<Problem> problems) {
        List<String> codes =
                problems.stream().map(Problem::code).distinct().sorted().toList();
        List<Node> rules = new ArrayList<>();
        codes.forEach(code -> rules.add(Node.Mapping.EMPTY.with("id", code)));
        List<Node> results = new ArrayList<>();
        problems.forEach(problem -> results.add(result(problem, codes)));
        Node.Mapping driver = Node.Mapping.EMPTY.with("name", "homeostat").with("rules", sequence(rules));
        Node.Mapping run = Node.Mapping.EMPTY
                .with("tool", Node.Mapping.EMPTY.with("driver", driver))
                .with("columnKind", "unicodeCodePoints")
                .with("results", sequence(results));
        return Node.Mapping.EMPTY
                .with("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
                .with("version", "2.1.0")
                .with("runs", sequence(List.of(run)));
    }

    private static Node.Mapping result(Problem problem, List<String> codes) {
        Node.Mapping result = Node.Mapping.EMPTY
                .with("ruleId", problem.code())
                .with("ruleIndex", codes.indexOf(problem.code()))
                .with("level", problem.isError() ? "error" : "warning")
                .with("message", Node.Mapping.EMPTY.with("text", problem.text()));
        Position at = problem.at();
        if (at.file().isEmpty()) {
            return result;
        }
        Node.Mapping place =
                Node.Mapping.EMPTY.with("artifactLocation", Node.Mapping.EMPTY.with("uri", uri(at.file())));
        if (at.line() > 0) {
            Node.Mapping region = Node.Mapping.EMPTY.with("startLine", at.line());
            place = place.with("region", at.column() > 0 ? region.with("startColumn", at.column()) : region);
        }
        return result.with("locations", sequence(List.of(Node.Mapping.EMPTY.with("physicalLocation", place))));
    }

    private static String uri(String file) {
        try {
            return new URI(null, null, file.startsWith("/") ? file : "/" + file, null)
                    .toASCIIString()
                    .substring(file.startsWith("/") ? 0 : 1);
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException("not a path: " + file, impossible);
        }
    }

    private static Node sequence(List<Node> elements) {
        return new Node.Sequence(elements, Position.NONE);
    }
}
