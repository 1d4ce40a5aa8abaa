package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads a stream of YAML documents. After a syntax error it goes on at the next {@code ---}, so that one broken document does
 * not hide what is wrong with the others.
 */
final class YamlReader {
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setParseComments(false)
            .setCodePointLimit(Integer.MAX_VALUE)
            .setBufferSize(8192)
            .build();

    private final SourceText source;
    private final Budget budget;
    private final List<Problem> problems;

    YamlReader(SourceText source, Budget budget, List<Problem> problems) {
        this.source = source;
        this.budget = budget;
        this.problems = problems;
    }

    void read(Consumer<Node> documents) {
        SourceText.Place from = SourceText.Place.START;
        while (from != null) {
            int errorLine = readFrom(from, documents);
            if (errorLine < 0 || problems.size() >= Budget.MAX_PROBLEMS) {
                return;
            }
            from = source.marker(from, Math.max(errorLine, from.line() + 1));
        }
    }

    /** Answers the 0-based line of the syntax error that ended it; -1 when the text was read to its end. */
    private int readFrom(SourceText.Place from, Consumer<Node> documents) {
        try {
            var parser = new ParserImpl(SETTINGS, new StreamReader(SETTINGS, characters(from)));
            var tree = new YamlTree(parser, source.file(), from.line(), budget, problems);
            while (parser.hasNext()) {
                Event event = parser.next();
                if (event.getEventId() == Event.ID.DocumentStart) {
                    Node root = tree.document();
                    if (!(root instanceof Node.Null)) {
                        budget.document(root.at());
                        documents.accept(root);
                    }
                }
            }
            return -1;
        } catch (MarkedYamlEngineException broken) {
            Mark mark = place(broken);
            int line = from.line() + (mark == null ? 0 : mark.getLine());
            Position at = new Position(source.file(), line + 1, mark == null ? 1 : mark.getColumn() + 1);
            problems.add(SyntaxWords.yaml(broken, at, from.line()));
            return line;
        } catch (YamlEngineException broken) {
            problems.add(Problem.error(
                    new Position(source.file(), from.line() + 1, 1),
                    "syntax",
                    "this is not YAML: " + firstLine(broken)));
            return from.line();
        }
    }

    private StringReader characters(SourceText.Place from) {
        var reader = new StringReader(source.text());
        try {
            reader.skip(from.offset());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return reader;
    }

    private static @Nullable Mark place(MarkedYamlEngineException broken) {
        Optional<Mark> mark = broken.getProblemMark().or(broken::getContextMark);
        return mark.orElse(null);
    }

    private static String firstLine(Exception broken) {
        String message = String.valueOf(broken.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
