package io.homeostat.chaos.toolkit;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;

/** Reads a JSONPath from left to right. */
final class Scanner {

    private final String text;
    private int at;

    Scanner(String text) {
        this.text = text;
    }

    void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    boolean at(char expected) {
        return at < text.length() && text.charAt(at) == expected;
    }

    boolean skip(String expected) {
        if (!text.startsWith(expected, at)) {
            return false;
        }
        at += expected.length();
        return true;
    }

    /** A word of its own, or the sign that stands for it. */
    boolean word(String word, String sign) {
        blanks();
        int after = at + word.length();
        boolean isWord =
                text.startsWith(word, at) && (after >= text.length() || !Character.isLetterOrDigit(text.charAt(after)));
        if (isWord) {
            at = after;
        }
        boolean taken = isWord || skip(sign);
        blanks();
        return taken;
    }

    void take(char expected) {
        if (!skip(String.valueOf(expected))) {
            throw wrong("expected '" + expected + "'");
        }
    }

    void end() {
        if (at < text.length()) {
            throw wrong("not understood");
        }
    }

    String name() {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "_-$".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (begin == at) {
            throw wrong("expected a name");
        }
        return text.substring(begin, at);
    }

    String quoted() {
        char quote = text.charAt(at++);
        StringBuilder said = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            said.append(text.charAt(at++));
        }
        take(quote);
        return said.toString();
    }

    boolean isInteger() {
        return at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '-');
    }

    int integer() {
        int begin = at;
        if (at('-')) {
            at++;
        }
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            at++;
        }
        try {
            return Integer.parseInt(text.substring(begin, at));
        } catch (NumberFormatException none) {
            throw wrong("expected a number");
        }
    }

    /** A text in quotes of either kind, a number, {@code true}, {@code false} or {@code null}. */
    Node literal() {
        if (at('\'') || at('"')) {
            return new Node.Text(quoted(), Position.NONE);
        }
        int begin = at;
        while (at < text.length() && " )]&|,".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        try {
            return Json.read(text.substring(begin, at));
        } catch (Json.MalformedException malformed) {
            throw wrong("expected a value");
        }
    }

    IllegalArgumentException wrong(String message) {
        return new IllegalArgumentException(
                "the JSON path " + text + " is wrong after " + at + " characters: " + message);
    }
}
