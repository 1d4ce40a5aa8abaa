package io.homeostat.console;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * One look at one page.
 *
 * @param path below the console's root, beginning with {@code /}
 * @param person who looks, as the journal would call them
 * @param may what they may do: the words of the forms they are given ({@code freeze}, {@code sync} …)
 * @param proof goes into every form and comes back with it, so that no other site can send it
 */
public record Visit(
        String path,
        Map<String, String> query,
        String person,
        String role,
        Set<String> may,
        String proof,
        Instant now,
        Ask ask) {

    /** From this page to the console's root: {@code ""}, {@code "../"} … so that it works under any prefix. */
    public String root() {
        int depth = (int) path.chars().filter(each -> each == '/').count() - 1;
        return depth == 0 ? "./" : "../".repeat(depth);
    }

    String query(String name) {
        return query.getOrDefault(name, "");
    }
}
