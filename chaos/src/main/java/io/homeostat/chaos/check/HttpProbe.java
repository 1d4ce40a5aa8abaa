package io.homeostat.chaos.check;

import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.signal.source.Http;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Fetches a URL and looks at the answer: its status, its body, its time. */
final class HttpProbe implements Probe {

    private final Hypothesis.Http check;
    private final Resolver resolver;

    HttpProbe(Hypothesis.Http check, Resolver resolver) {
        this.check = check;
        this.resolver = resolver;
    }

    @Override
    public Measure measure() {
        return Measure.TIME;
    }

    @Override
    public Seen look() {
        URI uri;
        try {
            uri = URI.create(resolver.resolve(check.url()));
        } catch (IOException | IllegalArgumentException wrong) {
            return Seen.impossible(String.valueOf(wrong.getMessage()));
        }
        long began = System.nanoTime();
        Seen seen = look(uri, began);
        return seen.measuring((System.nanoTime() - began) / 1e6);
    }

    private Seen look(URI uri, long began) {
        try {
            Http.Answer answer = Http.request(uri, Map.of(), null, check.within());
            long millis = (System.nanoTime() - began) / 1_000_000;
            if (!HttpStatus.accepts(check.status(), answer.status())) {
                return Seen.broken("status " + answer.status() + " instead of " + check.status());
            }
            if (!answer.body().contains(check.contains())) {
                return Seen.broken("the answer does not contain '" + check.contains() + "'");
            }
            if (millis > check.within().toMillis()) {
                return Seen.broken("it took " + millis + " ms");
            }
            return Seen.holds("status " + answer.status() + " in " + millis + " ms");
        } catch (IOException none) {
            return Seen.broken(none.getMessage() + " (within " + check.within().toMillis() + " ms)");
        }
    }
}
