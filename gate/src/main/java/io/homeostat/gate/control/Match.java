package io.homeostat.gate.control;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which requests something is for. What is empty is no condition; of plain TCP nothing fits but {@link #ALL}.
 *
 * @param method exactly
 * @param path what the path begins with, without the query
 * @param headers each of which the request has with exactly this value; names in any case
 */
public record Match(String method, String path, Map<String, String> headers) {

    public static final Match ALL = new Match("", "", Map.of());

    public Match {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    /** What is known of a request. */
    public interface Asked {

        String method();

        /** Without the query. */
        String path();

        /** @return null when it has none of that name, which is in small letters */
        @Nullable
        String header(String name);
    }

    public boolean isAll() {
        return equals(ALL);
    }

    /** @param asked null of plain TCP */
    public boolean fits(@Nullable Asked asked) {
        if (isAll()) {
            return true;
        }
        return asked != null
                && (method.isEmpty() || method.equals(asked.method()))
                && asked.path().startsWith(path)
                && headers.entrySet().stream()
                        .allMatch(each -> each.getValue()
                                .equals(asked.header(each.getKey().toLowerCase(Locale.ROOT))));
    }
}
