package io.homeostat.console;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML from the top down. Text and attribute values are escaped, always; there is no way to write raw markup, so there is
 * none to get wrong.
 */
final class Html {

    private final StringBuilder out = new StringBuilder(16 << 10);
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names and values by turns; a null value leaves the attribute out, an empty one is written bare */
    Html open(String tag, @Nullable String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    Html close() {
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Closes everything that is open. */
    Html end() {
        while (!open.isEmpty()) {
            close();
        }
        return this;
    }

    Html text(String text) {
        escape(text);
        return this;
    }

    /** An element that holds text alone. */
    Html with(String tag, String text, @Nullable String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An element that holds nothing and has no end: {@code input}, {@code link}. */
    Html alone(String tag, @Nullable String... attributes) {
        start(tag, attributes);
        return this;
    }

    private void start(String tag, @Nullable String... attributes) {
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            String value = attributes[i + 1];
            if (value == null) {
                continue;
            }
            out.append(' ').append(attributes[i]);
            if (!value.isEmpty()) {
                out.append("=\"");
                escape(value);
                out.append('"');
            }
        }
        out.append('>');
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            switch (each) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(each);
            }
        }
    }

    /** What was written; everything that was opened has to be closed. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        return out.toString();
    }
}
