package io.homeostat.cli.demo;

/**
 * What one look at the world showed.
 *
 * @param expected it is what was expected
 * @param text what was seen, in few words, either way
 */
public record Seen(boolean expected, String text) {

    public static Seen yes(String text) {
        return new Seen(true, text);
    }

    public static Seen notYet(String text) {
        return new Seen(false, text);
    }

    public static Seen when(boolean expected, String text) {
        return new Seen(expected, text);
    }
}
