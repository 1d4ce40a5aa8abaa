package io.homeostat.agent;

import io.homeostat.converge.Facts;
import io.homeostat.journal.Event;
import io.homeostat.journal.Journal;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The journal over HTTP: events as one JSON object a line, and the history of syncs folded from them. */
final class EventStream {

    /** A follower that falls further behind than this is read again from the journal. */
    private static final int BEHIND = 1024;

    /** An empty line this often tells whether anybody still reads. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final int LONGEST_PAGE = 1000;

    private static final String LINES_OR_PAGE = Route.LINES + ", " + Route.JSON + ", " + Route.EVENT_STREAM;

    private final Journal journal;

    EventStream(Journal journal) {
        this.journal = journal;
    }

    Route route() {
        return Route.get("/api/v1/events", "the journal: events, one JSON object a line", this::events)
                .number("last", "how many of the newest (50)")
                .number("after", "those after this number, oldest first")
                .number("before", "the newest before this number; with Accept: application/json")
                .text("application", "only of this one")
                .text("type", "only those whose type begins so")
                .text("contains", "only those whose sentence holds this, in any case")
                .text("slo", "only those of this objective")
                .flag("follow", "go on as more happens")
                .answering(LINES_OR_PAGE);
    }

    private void events(Request request) throws IOException, Refusal, InterruptedException {
        if (request.prefers(Route.EVENT_STREAM)) {
            follow(request, Route.EVENT_STREAM, EventStream::asServerSent);
        } else if (request.prefers(Route.JSON)) {
            page(request);
        } else {
            follow(request, Route.LINES, EventStream::asLine);
        }
    }

    /** The newest that match, oldest first, and where those before them end. */
    private void page(Request request) throws IOException, Refusal {
        long before = request.number("before", Long.MAX_VALUE);
        long after = request.number("after", 0);
        int last = Math.clamp(request.number("last", 50), 1, LONGEST_PAGE);
        Predicate<Event> wanted = wanted(request);
        List<Event> found = journal.last(
                last, event -> event.sequence() < before && event.sequence() > after && wanted.test(event));
        Node.Mapping answer = Node.Mapping.EMPTY.with("events", JsonList.of(found, Views::event));
        request.answer(
                found.size() < last
                        ? answer
                        : answer.with("before", found.getFirst().sequence()));
    }

    private static Predicate<Event> wanted(Request request) {
        String application = request.query("application");
        String type = request.query("type");
        String contains = request.query("contains");
        String words = contains == null ? null : contains.toLowerCase(Locale.ROOT);
        String slo = request.query("slo");
        return event -> (application == null || event.application().equals(application))
                && (type == null || event.type().startsWith(type))
                && (slo == null || slo.equals(event.data().text("slo")))
                && (words == null
                        || event.message().toLowerCase(Locale.ROOT).contains(words)
                        || event.object().toLowerCase(Locale.ROOT).contains(words));
    }

    private interface Form {
        String of(Event event);
    }

    private static String asLine(Event event) {
        return Json.write(Views.event(event)) + "\n";
    }

    /** A client that comes again says by its {@code Last-Event-ID} what it had. */
    private static String asServerSent(Event event) {
        return "id: " + event.sequence() + "\ndata: " + Json.write(Views.event(event)) + "\n\n";
    }

    private void follow(Request request, String answers, Form form) throws IOException, Refusal, InterruptedException {
        boolean serverSent = answers.equals(Route.EVENT_STREAM);
        Predicate<Event> wanted = wanted(request);
        long after = serverSent ? resumed(request) : request.number("after", -1);
        int last = (int) request.number("last", after >= 0 || serverSent ? 0 : 50);
        boolean follow = serverSent || request.flag("follow");
        try (OutputStream out = request.stream(answers)) {
            BlockingQueue<Long> news = new ArrayBlockingQueue<>(BEHIND);
            Journal.Subscription following = follow ? journal.follow(event -> news.offer(event.sequence())) : () -> {};
            try (following) {
                long sent = after >= 0 ? after : sendLast(out, last, wanted, form);
                while (true) {
                    sent = sendAfter(out, sent, wanted, form);
                    if (!follow) {
                        return;
                    }
                    out.flush();
                    if (news.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS) == null) {
                        // To a client of server-sent events a line that begins so is a comment.
                        out.write((serverSent ? ":\n\n" : "\n").getBytes(StandardCharsets.UTF_8));
                    }
                    news.clear();
                }
            }
        }
    }

    private static long resumed(Request request) throws Refusal {
        String id = request.headers().get("Last-Event-ID");
        try {
            return id == null ? request.number("after", -1) : Long.parseLong(id);
        } catch (NumberFormatException wrong) {
            throw Refusal.wrong("Last-Event-ID is '" + id + "', expected a whole number", null);
        }
    }

    private long sendLast(OutputStream out, int count, Predicate<Event> wanted, Form form) throws IOException {
        long head = journal.head();
        for (Event event : journal.last(count, event -> event.sequence() <= head && wanted.test(event))) {
            out.write(form.of(event).getBytes(StandardCharsets.UTF_8));
        }
        return head;
    }

    private long sendAfter(OutputStream out, long sequence, Predicate<Event> wanted, Form form) throws IOException {
        long[] sent = {sequence};
        IOException[] failed = {null};
        journal.read(sequence, event -> {
            try {
                if (wanted.test(event)) {
                    out.write(form.of(event).getBytes(StandardCharsets.UTF_8));
                }
                sent[0] = event.sequence();
                return true;
            } catch (IOException gone) {
                failed[0] = gone;
                return false;
            }
        });
        if (failed[0] != null) {
            throw failed[0];
        }
        return sent[0];
    }

    /** One sync, from its start to its outcome. */
    private record Sync(Event started, @Nullable Event ended, String outcome) {}

    void history(Request request) throws IOException, Refusal {
        String application = request.query("application");
        Map<String, String> subjects = new LinkedHashMap<>();
        Map<String, Integer> open = new LinkedHashMap<>();
        List<Sync> syncs = new ArrayList<>();
        journal.read(0, event -> {
            if (event.type().equals(Facts.REVISION_SEEN)) {
                subjects.put(event.data().text("revision", ""), event.data().text("subject", ""));
            }
            if (application == null || event.application().equals(application)) {
                fold(event, open, syncs);
            }
            return true;
        });
        int last = (int) Math.min(
                syncs.size(), request.number("last", request.query(Paging.LIMIT) == null ? 50 : syncs.size()));
        request.answer(Node.Mapping.EMPTY.with(
                "revisions",
                JsonList.of(
                        syncs.subList(syncs.size() - last, syncs.size()).reversed(), sync -> view(sync, subjects))));
    }

    private static void fold(Event event, Map<String, Integer> open, List<Sync> syncs) {
        Integer index = open.get(event.application());
        switch (event.type()) {
            case Facts.SYNC_STARTED -> {
                if (index != null && syncs.get(index).ended() == null) {
                    syncs.set(index, new Sync(syncs.get(index).started(), event, "superseded"));
                }
                open.put(event.application(), syncs.size());
                syncs.add(new Sync(event, null, "progressing"));
            }
            case Facts.SYNC_SUCCEEDED -> end(index, event, "good", syncs);
            case Facts.SYNC_FAILED -> end(index, event, "failed", syncs);
            default -> {}
        }
    }

    private static void end(@Nullable Integer index, Event event, String outcome, List<Sync> syncs) {
        if (index != null) {
            syncs.set(index, new Sync(syncs.get(index).started(), event, outcome));
        }
    }

    private static Node.Mapping view(Sync sync, Map<String, String> subjects) {
        String revision = sync.started().data().text("revision", "");
        Node.Mapping view = Node.Mapping.EMPTY
                .with("revision", revision)
                .with("subject", subjects.getOrDefault(revision, ""))
                .with("application", sync.started().application())
                .with("cause", sync.started().data().text("cause", ""))
                .with("appliedAt", sync.started().time().toString())
                .with("outcome", sync.outcome());
        Event ended = sync.ended();
        if (ended == null) {
            return view;
        }
        view = view.with(
                "millis", Duration.between(sync.started().time(), ended.time()).toMillis());
        String reason = ended.data().text("reason");
        return reason == null ? view : view.with("reason", reason);
    }
}
