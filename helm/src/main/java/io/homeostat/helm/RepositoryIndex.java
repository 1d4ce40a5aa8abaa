package io.homeostat.helm;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The {@code index.yaml} of a chart repository. Public ones have tens of megabytes, so it is read event by event and never held:
 * {@code entries: {NAME: [{version, urls: [URL, …], digest}, …]}}.
 */
final class RepositoryIndex {

    private static final int MAX_CODE_POINTS = 256 << 20;

    /** @param digest SHA-256 in hexadecimal; empty when the index names none */
    record Entry(String url, String digest) {}

    private final Iterator<Event> events;

    private RepositoryIndex(Iterator<Event> events) {
        this.events = events;
    }

    /** @return null when it has no such version */
    static @Nullable Entry find(InputStream index, String name, String version) throws IOException {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(MAX_CODE_POINTS).build();
        try {
            return new RepositoryIndex(
                            new Parse(settings).parseInputStream(index).iterator())
                    .find(name, version);
        } catch (YamlEngineException wrong) {
            throw new IOException("the index of the chart repository is no YAML: " + wrong.getMessage(), wrong);
        }
    }

    private @Nullable Entry find(String name, String version) {
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof MappingStartEvent) {
                return inRoot(name, version);
            }
        }
        return null;
    }

    private @Nullable Entry inRoot(String name, String version) {
        while (next() instanceof ScalarEvent key) {
            if (!key.getValue().equals("entries")) {
                skip(next());
            } else if (!(next() instanceof MappingStartEvent)) {
                return null;
            } else {
                return inEntries(name, version);
            }
        }
        return null;
    }

    private @Nullable Entry inEntries(String name, String version) {
        while (next() instanceof ScalarEvent key) {
            if (!key.getValue().equals(name)) {
                skip(next());
                continue;
            }
            Event versions = next();
            if (versions.getEventId() != Event.ID.SequenceStart) {
                return null;
            }
            for (Event each = next(); each instanceof MappingStartEvent; each = next()) {
                Entry entry = inVersion(version);
                if (entry != null) {
                    return entry;
                }
            }
            return null;
        }
        return null;
    }

    /** Reads one version to its end. */
    private @Nullable Entry inVersion(String wanted) {
        String version = "";
        String url = "";
        String digest = "";
        while (next() instanceof ScalarEvent key) {
            Event value = next();
            switch (key.getValue()) {
                case "version" -> version = text(value);
                case "digest" -> digest = text(value);
                case "urls" -> url = first(value);
                default -> skip(value);
            }
        }
        return same(version, wanted) && !url.isEmpty() ? new Entry(url, digest.replace("sha256:", "")) : null;
    }

    /** People write the version of {@code v1.2.3} both ways. */
    private static boolean same(String one, String other) {
        return withoutV(one).equals(withoutV(other));
    }

    private static String withoutV(String version) {
        return version.startsWith("v") ? version.substring(1) : version;
    }

    private String text(Event value) {
        if (value instanceof ScalarEvent scalar) {
            return scalar.getValue();
        }
        skip(value);
        return "";
    }

    private String first(Event value) {
        if (value.getEventId() != Event.ID.SequenceStart) {
            skip(value);
            return "";
        }
        String first = "";
        for (Event each = next(); each.getEventId() != Event.ID.SequenceEnd; each = next()) {
            String text = text(each);
            first = first.isEmpty() ? text : first;
        }
        return first;
    }

    /** To the end of the value that starts with this event. */
    private void skip(Event start) {
        int depth = 0;
        Event event = start;
        while (true) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth <= 0) {
                return;
            }
            event = next();
        }
    }

    private Event next() {
        return events.next();
    }
}
