package io.homeostat.agent;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request and its answer: over HTTP ({@link HttpRequest}), or from within ({@link Question}). */
abstract class Request {

    /** Push events of large commits have some megabytes. */
    static final int MAX_BODY = 5 << 20;

    private final Map<String, String> query;
    private @Nullable Person person;
    private List<Paging> pages = List.of();

    Request(Map<String, String> query) {
        this.query = query;
    }

    /** {@code a=b&c=d}; what is no percent-encoding stands for itself. */
    static Map<String, String> pairs(@Nullable String text) {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : (text == null ? "" : text).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                pairs.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    final Map<String, String> query() {
        return query;
    }

    @Nullable
    final String query(String name) {
        String value = query.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    final boolean flag(String name) {
        return "true".equals(query.get(name));
    }

    final long number(String name, long otherwise) throws Refusal {
        String value = query(name);
        try {
            return value == null ? otherwise : Long.parseLong(value);
        } catch (NumberFormatException wrong) {
            throw Refusal.wrong(name + " is '" + value + "', expected a whole number", null);
        }
    }

    /** Who asks; on open routes somebody without a role. */
    final Person person() {
        return person == null ? new Person("somebody", Role.VIEWER) : person;
    }

    final void by(Person asking) {
        person = asking;
    }

    /**
     * Who is to stand in the journal. The token is the machine's, so whoever holds it may say who they are; a person who logged
     * in may not.
     */
    final String signed(@Nullable String said) {
        Person asking = person();
        return said != null && !said.isBlank() && asking.isOwner() ? said : asking.name();
    }

    /** By their names, in any case. */
    abstract Map<String, String> headers();

    abstract byte[] body() throws IOException, Refusal;

    /** Answers with JSON; a second answer to one request is dropped. */
    abstract void answer(int status, String type, Node.Mapping view) throws IOException;

    /** Starts an answer of unknown length; each write is sent at once. */
    abstract OutputStream stream(String type) throws IOException;

    final void answer(Node.Mapping view) throws IOException, Refusal {
        Paging paging = pages.stream()
                .filter(each -> view.get(each.list()) != null)
                .findFirst()
                .orElse(null);
        if (paging == null) {
            answer(200, Route.JSON, view);
            return;
        }
        Paging.Page page = paging.of(view, query);
        if (page.next() != null) {
            nextPage(Paging.link(query, page.next()));
        }
        answer(200, Route.JSON, page.view());
    }

    /** What the route says of long lists. */
    final void by(List<Paging> paged) {
        pages = paged;
    }

    /** Where the rest of a list is; the answer itself says so, too. */
    void nextPage(String link) {}

    final void answer(int status, Node.Mapping view) throws IOException {
        answer(status, Route.JSON, view);
    }

    /** As RFC 9457 says. */
    final void refuse(Refusal refusal) throws IOException {
        answer(refusal.status(), "application/problem+json", refusal.problem());
    }

    /** The body as a JSON object; empty when there is none. */
    final Node.Mapping json() throws IOException, Refusal {
        byte[] body = body();
        if (body.length == 0) {
            return Node.Mapping.EMPTY;
        }
        try {
            if (Json.read(body) instanceof Node.Mapping mapping) {
                return mapping;
            }
        } catch (Json.MalformedException wrong) {
            throw Refusal.wrong("the body is no JSON: " + wrong.getMessage(), null);
        }
        throw Refusal.wrong("the body is no JSON object", null);
    }

    /** Whether the one who asks would rather have this type than what the route answers otherwise. */
    final boolean prefers(String type) {
        String accept = headers().get("Accept");
        return accept != null && accept.contains(type);
    }
}
