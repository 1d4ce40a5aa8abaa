package io.homeostat.signal;

import io.homeostat.model.slo.BudgetPolicy.Mark;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a commit says of itself, in its first line ({@code fix: …}, {@code security(api): …}) or in a line of its own. */
final class Marks {

    private static final Pattern FIRST_WORD = Pattern.compile("^(fix|security|revert|rollback)(\\([^)]*\\))?!?:");
    private static final Pattern LINE =
            Pattern.compile("^change-type:\\s*(fix|security|revert|rollback)\\s*$", Pattern.MULTILINE);

    private Marks() {}

    static @Nullable Mark of(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        Matcher first = FIRST_WORD.matcher(text);
        if (first.find()) {
            return mark(first.group(1));
        }
        Matcher line = LINE.matcher(text);
        if (line.find()) {
            return mark(line.group(1));
        }
        return text.startsWith("revert \"") ? Mark.ROLLBACK : null;
    }

    private static Mark mark(String word) {
        return switch (word) {
            case "fix" -> Mark.FIX;
            case "security" -> Mark.SECURITY;
            default -> Mark.ROLLBACK;
        };
    }
}
