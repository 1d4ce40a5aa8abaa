package io.homeostat.model;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with what a user wrote. A value, never thrown: all of them are reported at once.
 *
 * @param code stable, for machines: {@code unknown-key}, {@code wrong-type}, {@code duplicate-object} …
 * @param message what is wrong, in words
 * @param expected what was expected, or null when the message says it
 * @param suggestion what to do: "did you mean 'replicas'?", the line to add; null when there is none
 */
public record Problem(
        Position at,
        Severity severity,
        String code,
        String message,
        @Nullable String expected,
        @Nullable String suggestion) {

    /** Errors stop a revision; warnings are shown and let pass. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Problem error(Position at, String code, String message) {
        return new Problem(at, Severity.ERROR, code, message, null, null);
    }

    public static Problem warning(Position at, String code, String message) {
        return new Problem(at, Severity.WARNING, code, message, null, null);
    }

    public Problem expecting(String what) {
        return new Problem(at, severity, code, message, what, suggestion);
    }

    public Problem suggesting(@Nullable String what) {
        return new Problem(at, severity, code, message, expected, what);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line:column: what is wrong, expected …; did you mean …}, the form every command prints. */
    @Override
    public String toString() {
        return at + ": " + (isError() ? "" : "warning: ") + text();
    }

    /** The same without its place. */
    public String text() {
        return message
                + (expected == null ? "" : ", expected " + expected)
                + (suggestion == null ? "" : "; " + suggestion);
    }
}
