package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.process.Processes;
import io.homeostat.target.local.runtime.FileWatch;
import io.homeostat.target.local.runtime.Loop;
import io.homeostat.target.local.runtime.Reports;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one instance works with: its neighbours, and what all instances share. */
record Environs(Neighbours neighbours, PodStore store, Ports ports) {

    Loop loop() {
        return neighbours.loop();
    }

    InstantSource clock() {
        return neighbours.clock();
    }

    Instant now() {
        return neighbours.clock().instant();
    }

    Processes processes() {
        return neighbours.processes();
    }

    FileWatch files() {
        return neighbours.files();
    }

    Configs configs() {
        return neighbours.configs();
    }

    Reports reports() {
        return neighbours.reports();
    }

    String machine() {
        return neighbours.machine();
    }

    @Nullable
    Path image(String id) {
        return neighbours.images().apply(id);
    }

    Map<String, String> services(ObjectKey owner) {
        return neighbours.services().apply(owner);
    }

    CompletableFuture<Void> routed() {
        return neighbours.routed().get();
    }

    void awaitUnused(PodState state) throws InterruptedException {
        neighbours.unused().await(Set.copyOf(state.ports().values()));
    }

    void changed(ObjectKey owner) {
        neighbours.changed().accept(owner);
    }

    /** Where an instance's claims lie: one that comes back under the same name finds them again. */
    Path data(Pod pod) {
        return neighbours.claims().resolve(pod.namespace()).resolve(pod.name());
    }

    void report(String type, Pod pod, String message, Node.Mapping facts) {
        neighbours.reports().report(type, pod.application(), pod.owner(), message, facts);
    }
}
