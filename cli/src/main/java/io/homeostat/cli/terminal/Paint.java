package io.homeostat.cli.terminal;

/** Colours by meaning. {@link #NONE} leaves the text as it is. */
public enum Paint {
    NONE,
    ANSI;

    /** It is as it should be. */
    public String good(String text) {
        return wrap("32", text);
    }

    /** It changes, or waits for somebody. */
    public String busy(String text) {
        return wrap("33", text);
    }

    /** It is not as it should be. */
    public String bad(String text) {
        return wrap("31", text);
    }

    /** Said again, or rarely asked for. */
    public String dim(String text) {
        return wrap("2", text);
    }

    public String strong(String text) {
        return wrap("1", text);
    }

    /** Something to type. */
    public String command(String text) {
        return wrap("36", text);
    }

    private String wrap(String code, String text) {
        return this == NONE || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** Columns that a text takes on the screen, colours not counted. */
    public static int width(String text) {
        int width = 0;
        boolean escape = false;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int character = text.codePointAt(i);
            if (escape) {
                escape = character != 'm';
            } else if (character == '\u001b') {
                escape = true;
            } else if (Character.getType(character) != Character.NON_SPACING_MARK) {
                width++;
            }
        }
        return width;
    }
}
