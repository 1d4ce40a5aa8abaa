package io.homeostat.model;

/**
 * A place in a file.
 *
 * @param file path as the user knows it, relative to the root of the snapshot; empty when there is none
 * @param line 1-based; 0 when unknown
 * @param column 1-based; 0 when unknown
 */
public record Position(String file, int line, int column) {

    /** For nodes made by us, which stand in no file. */
    public static final Position NONE = new Position("", 0, 0);

    /** {@code file:line:column}, as editors and terminals link it. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
