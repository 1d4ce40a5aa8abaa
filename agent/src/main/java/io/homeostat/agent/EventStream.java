package io.homeostat.agent;

import io.homeostat.agent.Api.Request;
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

    private final Journal journal;

    EventStream(Journal journal) {
        this.journal = journal;
    }

    void stream(Request request) throws IOException, Refusal, InterruptedException {
        String application = request.query("application");
        String type = request.query("type");
        Predicate<Event> wanted =
                event -> (application == null || event.application().equals(application))
                        && (type == null || event.type().startsWith(type));
        long after = request.number("after", -1);
        int last = (int) request.number("last", after >= 0 ? 0 : 50);
        boolean follow = request.flag("follow");
        try (OutputStream out = request.stream("application/x-ndjson")) {
            BlockingQueue<Long> news = new ArrayBlockingQueue<>(BEHIND);
            Journal.Subscription following = follow ? journal.follow(event -> news.offer(event.sequence())) : () -> {};
            try (following) {
                long sent = after >= 0 ? after : sendLast(out, last, wanted);
                while (true) {
                    sent = sendAfter(out, sent, wanted);
                    if (!follow) {
                        return;
                    }
                    out.flush();
                    if (news.poll(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS) == null) {
                        out.write('\n');
                    }
                    news.clear();
                }
            }
        }
    }

    private long sendLast(OutputStream out, int count, Predicate<Event> wanted) throws IOException {
        long head = journal.head();
        for (Event event : journal.last(count, event -> event.sequence() <= head && wanted.test(event))) {
            write(out, event);
        }
        return head;
    }

    private long sendAfter(OutputStream out, long sequence, Predicate<Event> wanted) throws IOException {
        long[] sent = {sequence};
        IOException[] failed = {null};
        journal.read(sequence, event -> {
            try {
                if (wanted.test(event)) {
                    write(out, event);
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

    private static void write(OutputStream out, Event event) throws IOException {
        out.write((Json.write(Views.event(event)) + "\n").getBytes(StandardCharsets.UTF_8));
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
        int last = (int) Math.min(syncs.size(), request.number("last", 50));
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
