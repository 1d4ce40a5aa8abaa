package io.homeostat.converge;

import io.homeostat.converge.Target.Live;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How each application is at the last look, and telling the journal when that changes. Safe for use by many threads. */
final class HealthBook {

    private static final Health UNSEEN = new Health(Health.Status.UNKNOWN, "not looked at yet");

    private final History history;
    private final Map<String, Health> healths = new ConcurrentHashMap<>();
    private final Map<String, String> waiting = new ConcurrentHashMap<>();
    private final Consumer<String> changed;

    /** @param changed called with an application's name when its health changes */
    HealthBook(History history, Consumer<String> changed) {
        this.history = history;
        this.changed = changed;
    }

    Health of(String application) {
        return healths.getOrDefault(application, UNSEEN);
    }

    /** What an application waits for before it can be changed; null when for nothing. */
    @Nullable
    String waitsFor(String application) {
        return waiting.get(application);
    }

    /** @param owned what the application owns */
    Health update(String application, Collection<Live> owned) {
        Health now = worst(owned);
        waiting.remove(application);
        Health before = healths.put(application, now);
        if (before == null || before.status() != now.status()) {
            if (before != null) {
                history.record(Facts.healthChanged(application, before, now));
            }
            changed.accept(application);
        }
        return now;
    }

    void waiting(String application, String reason) {
        waiting.put(application, reason);
        healths.putIfAbsent(application, new Health(Health.Status.PROGRESSING, reason));
    }

    void forget(String application) {
        healths.remove(application);
        waiting.remove(application);
    }

    /** The worst of its objects, with that object's message; how a hook went is said of the sync it ran for. */
    static Health worst(Collection<Live> owned) {
        Health worst = new Health(Health.Status.HEALTHY, "");
        for (Live live : owned) {
            if (Hook.of(live.key(), live.content()) == null) {
                Health health = Kstatus.of(live);
                if (health.status().compareTo(worst.status()) > 0) {
                    worst = new Health(health.status(), live.key() + ": " + health.message());
                }
            }
        }
        return worst;
    }
}
