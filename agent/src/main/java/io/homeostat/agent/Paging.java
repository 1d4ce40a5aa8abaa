package io.homeostat.agent;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A long list by the page, for whoever asks with {@code limit}. Pure. A page ends with an element, and the next one begins after that
 * element, wherever it is by then; where it is gone, with the one that would come after it. So what comes and goes between two pages
 * makes nothing else come twice or be missed, as long as the list is sorted by what tells its elements apart, or loses none.
 *
 * @param list the field of the answer that is a list
 * @param identity the fields of an element that tell it from all others
 */
record Paging(String list, List<String> identity) {

    static final String LIMIT = "limit";
    static final String FROM = "from";

    /** The most that a page may have. */
    static final int MOST = 1000;

    /** @param next what to ask {@link #FROM}; null on the last page */
    record Page(Node.Mapping view, @Nullable String next) {}

    Page of(Node.Mapping view, Map<String, String> query) throws Refusal {
        String asked = query.get(LIMIT);
        if (asked == null || asked.isEmpty()) {
            return new Page(view, null);
        }
        List<Node> all = view.sequence(list);
        int limit = limit(asked);
        int begin = begin(all, query.getOrDefault(FROM, ""));
        int end = Math.min(all.size(), begin + limit);
        Node.Mapping page = view.with(list, new Node.Sequence(all.subList(begin, end), Position.NONE));
        if (end == all.size()) {
            return new Page(page, null);
        }
        String next = end + "~" + name(all.get(end - 1));
        return new Page(page.with("next", next), next);
    }

    private static int limit(String asked) throws Refusal {
        try {
            int limit = Integer.parseInt(asked);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        } catch (NumberFormatException wrong) {
            // Said below.
        }
        throw Refusal.wrong("limit is '" + asked + "', expected 1 to " + MOST, null);
    }

    /** The first element of a page. */
    private int begin(List<Node> all, String from) throws Refusal {
        int tilde = from.indexOf('~');
        if (from.isEmpty()) {
            return 0;
        } else if (tilde < 1 || !from.substring(0, tilde).matches("[0-9]{1,9}")) {
            throw Refusal.wrong("from is '" + from + "', which no page said", "begin without it");
        }
        int place = Integer.parseInt(from.substring(0, tilde));
        String last = from.substring(tilde + 1);
        for (int i = 0; i < all.size(); i++) {
            if (name(all.get(i)).equals(last)) {
                return i + 1;
            }
        }
        return isSorted(all) ? firstAfter(all, last) : Math.min(place, all.size());
    }

    private boolean isSorted(List<Node> all) {
        for (int i = 1; i < all.size(); i++) {
            if (name(all.get(i - 1)).compareTo(name(all.get(i))) > 0) {
                return false;
            }
        }
        return true;
    }

    private int firstAfter(List<Node> all, String last) {
        int first = 0;
        while (first < all.size() && name(all.get(first)).compareTo(last) < 0) {
            first++;
        }
        return first;
    }

    private String name(Node element) {
        return element instanceof Node.Mapping mapping
                ? identity.stream().map(field -> mapping.text(field, "")).collect(Collectors.joining(" "))
                : element.toString();
    }

    /** The address of the next page, for a {@code Link} header. */
    static String link(Map<String, String> query, String next) {
        Map<String, String> all = new TreeMap<>(query);
        all.put(FROM, next);
        return "<?"
                + all.entrySet().stream()
                        .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                        .collect(Collectors.joining("&"))
                + ">; rel=\"next\"";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
