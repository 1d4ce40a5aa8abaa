package io.homeostat.model.internal.read;

import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Says a parser's complaint so that somebody can act on it. Never quotes the text itself: it may be a Secret's.
 */
final class SyntaxWords {

    private SyntaxWords() {}

    static Problem yaml(MarkedYamlEngineException broken, Position at, int lineOffset) {
        String what = String.valueOf(broken.getProblem());
        StringBuilder message = new StringBuilder("this is not YAML: ").append(what);
        if (broken.getContext() != null) {
            message.append(' ').append(broken.getContext());
            broken.getContextMark()
                    .ifPresent(mark -> message.append(" that starts at line ").append(mark.getLine() + 1 + lineOffset));
        }
        return Problem.error(at, "syntax", message.toString()).suggesting(advice(what));
    }

    private static @Nullable String advice(String what) {
        if (what.contains("TAB")) {
            return "indent with spaces, never with tabs";
        }
        if (what.startsWith("mapping values are not allowed")) {
            return "check the indentation, or quote the value if it contains ': '";
        }
        if (what.contains("<block end>")) {
            return "check the indentation of this line";
        }
        if (what.contains("cannot start any token")) {
            return "quote the value";
        }
        if (what.contains("end of stream") || what.contains("document separator")) {
            return "is a quote or a bracket left open above?";
        }
        if (what.contains("could not find expected ':'")) {
            return "write 'key: value'";
        }
        return null;
    }
}
