package io.homeostat.model.internal.write;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.internal.read.Scalars;
import java.util.List;
import java.util.Map;

/** Writes YAML in block style. Text is quoted whenever some reader of YAML could take it for something else. */
public final class YamlOut {
    private final StringBuilder out = new StringBuilder(256);

    private YamlOut() {}

    public static String write(Node node) {
        var yaml = new YamlOut();
        switch (node) {
            case Node.Mapping mapping when !mapping.isEmpty() -> yaml.mapping(mapping, 0);
            case Node.Sequence sequence when !sequence.elements().isEmpty() -> yaml.sequence(sequence.elements(), 0);
            default -> {
                yaml.scalar(node, 1);
                yaml.out.append('\n');
            }
        }
        return yaml.out.toString();
    }

    /** Lines at an indentation; the cursor stands where the first key goes. */
    private void mapping(Node.Mapping mapping, int indent) {
        boolean first = true;
        for (Map.Entry<String, Node.Field> entry : mapping.fields().entrySet()) {
            if (!first) {
                indent(indent);
            }
            first = false;
            out.append(plainOrQuoted(entry.getKey())).append(':');
            below(entry.getValue().value(), indent);
        }
    }

    private void sequence(List<Node> elements, int indent) {
        boolean first = true;
        for (Node element : elements) {
            if (!first) {
                indent(indent);
            }
            first = false;
            out.append('-');
            switch (element) {
                case Node.Mapping mapping
                when !mapping.isEmpty() -> {
                    out.append(' ');
                    mapping(mapping, indent + 2);
                }
                case Node.Sequence nested
                when !nested.elements().isEmpty() -> {
                    out.append(' ');
                    sequence(nested.elements(), indent + 2);
                }
                default -> line(element, indent + 2);
            }
        }
    }

    private void below(Node value, int indent) {
        switch (value) {
            case Node.Mapping mapping
            when !mapping.isEmpty() -> {
                out.append('\n');
                indent(indent + 2);
                mapping(mapping, indent + 2);
            }
            case Node.Sequence sequence
            when !sequence.elements().isEmpty() -> {
                out.append('\n');
                indent(indent + 2);
                sequence(sequence.elements(), indent + 2);
            }
            default -> line(value, indent + 2);
        }
    }

    private void line(Node value, int indent) {
        out.append(' ');
        scalar(value, indent);
        out.append('\n');
    }

    private void scalar(Node value, int indent) {
        switch (value) {
            case Node.Mapping _ -> out.append("{}");
            case Node.Sequence _ -> out.append("[]");
            case Node.Text text -> text(text.value(), indent);
            case Node.Hidden _ -> out.append(Node.Hidden.SHOWN);
            case Node.Numeric number -> {
                String plain = number.value().stripTrailingZeros().toPlainString();
                out.append(plain);
            }
            case Node.Bool bool -> out.append(bool.value());
            case Node.Null _ -> out.append("null");
        }
    }

    private void text(String value, int indent) {
        if (isBlock(value)) {
            block(value, indent);
        } else {
            out.append(plainOrQuoted(value));
        }
    }

    /** Lines of text read best as lines; only where nothing about their spaces could get lost. */
    private static boolean isBlock(String value) {
        if (value.indexOf('\n') < 0 || value.charAt(0) == ' ' || value.charAt(0) == '\n') {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\n') || c >= 0x7F) {
                return false;
            }
            if (c == '\n' && value.charAt(i - 1) == ' ') {
                return false;
            }
        }
        return !value.endsWith("\n\n") && !value.endsWith(" ");
    }

    private void block(String value, int indent) {
        boolean ended = value.endsWith("\n");
        out.append(ended ? "|" : "|-");
        String[] lines = (ended ? value.substring(0, value.length() - 1) : value).split("\n", -1);
        for (String line : lines) {
            out.append('\n');
            if (!line.isEmpty()) {
                indent(indent);
                out.append(line);
            }
        }
    }

    private static String plainOrQuoted(String value) {
        return isPlain(value) ? value : quoted(value);
    }

    private static boolean isPlain(String value) {
        if (value.isEmpty()
                || value.length() > 200
                || !(Scalars.plain(value, Position.NONE) instanceof Node.Text)
                || "-?:,[]{}#&*!|>'\"%@`=<~ ".indexOf(value.charAt(0)) >= 0
                || value.endsWith(" ")
                || value.endsWith(":")
                || looksLikeTime(value)) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c >= 0x7F) {
                return false;
            }
            if ((c == ':' && value.charAt(i + 1) == ' ') || (c == '#' && value.charAt(i - 1) == ' ')) {
                return false;
            }
        }
        return true;
    }

    /** Dates, times and base-60 numbers of YAML 1.1. */
    private static boolean looksLikeTime(String value) {
        char first = value.charAt(0);
        return first >= '0' && first <= '9' && (value.indexOf(':') > 0 || value.indexOf('-') == 4);
    }

    private static String quoted(String value) {
        var text = new StringBuilder(value.length() + 8).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < ' ' || (c >= 0x7F && c < 0xA0) || c == '\u2028' || c == '\u2029' || c == '\uFEFF') {
                        text.append("\\u%04x".formatted((int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    private void indent(int columns) {
        out.repeat(' ', columns);
    }
}
