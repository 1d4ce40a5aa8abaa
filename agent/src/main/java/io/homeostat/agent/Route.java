package io.homeostat.agent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the API answers. The table of routes is what is served, who may, and what {@code /api/v1/openapi.json} says.
 *
 * @param needs the role it takes; null: everybody who can reach the address may
 * @param summary for people: what it answers
 * @param fields of the query of a GET, of the body of a POST
 * @param answers the media type of what is answered
 * @param pages which lists are answered by the page; of each answer the first that it has
 */
record Route(
        String method,
        String path,
        @Nullable Role needs,
        String summary,
        List<Field> fields,
        String answers,
        List<Paging> pages,
        Handler handler) {

    static final String JSON = "application/json";
    static final String EVENT_STREAM = "text/event-stream";
    static final String LINES = "application/x-ndjson";
    static final String TEXT = "text/plain";

    /** What a route does with a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Request request) throws IOException, Refusal, InterruptedException;
    }

    /**
     * @param type as JSON Schema calls it: {@code string}, {@code integer}, {@code boolean}
     */
    record Field(String name, String type, String meaning, boolean required) {}

    static Route get(String path, String summary, Handler handler) {
        return new Route("GET", path, Role.VIEWER, summary, List.of(), JSON, List.of(), handler);
    }

    static Route post(String path, Role needs, String summary, Handler handler) {
        return new Route("POST", path, needs, summary, List.of(), JSON, List.of(), handler);
    }

    /** For everybody who can reach the address. */
    Route open() {
        return new Route(method, path, null, summary, fields, answers, pages, handler);
    }

    Route answering(String type) {
        return new Route(method, path, needs, summary, fields, type, pages, handler);
    }

    /**
     * @param list the field of the answer that is a list
     * @param identity the fields of an element that tell it from all others
     */
    Route listing(String list, String... identity) {
        Route more = number(
                        Paging.LIMIT, "of " + list + ", so many at a time (1 to " + Paging.MOST + "; without it, all)")
                .text(Paging.FROM, "what the page before said as next");
        return new Route(
                method,
                path,
                needs,
                summary,
                more.fields(),
                answers,
                List.of(new Paging(list, List.of(identity))),
                handler);
    }

    /** Another list, where a parameter makes the answer another one. */
    Route orListing(String list, String... identity) {
        List<Paging> more = new ArrayList<>(pages);
        more.add(new Paging(list, List.of(identity)));
        return new Route(method, path, needs, summary, fields, answers, List.copyOf(more), handler);
    }

    Route text(String name, String meaning) {
        return with(new Field(name, "string", meaning, false));
    }

    Route requiredText(String name, String meaning) {
        return with(new Field(name, "string", meaning, true));
    }

    Route number(String name, String meaning) {
        return with(new Field(name, "integer", meaning, false));
    }

    Route flag(String name, String meaning) {
        return with(new Field(name, "boolean", meaning, false));
    }

    private Route with(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        return new Route(method, path, needs, summary, List.copyOf(more), answers, pages, handler);
    }
}
