package io.homeostat.target.local.pod;

import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.process.Processes;
import io.homeostat.target.local.runtime.FileWatch;
import io.homeostat.target.local.runtime.Loop;
import io.homeostat.target.local.runtime.Reports;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What instances need of the rest of the target.
 *
 * @param claims directory of all claims
 * @param images from the id of an image to its directory; null when it is not there
 * @param machine name of this machine
 * @param services {@code NAME_SERVICE_HOST} and the like, as the instances of an owner are told
 * @param routed completes when everything the gate has been asked for until now is in effect
 * @param unused blocks until nobody is connected through the gate to these ports any more, for a short while at most
 * @param changed told on the loop when an owner's instances changed
 */
public record Neighbours(
        Loop loop,
        InstantSource clock,
        Reports reports,
        Processes processes,
        FileWatch files,
        Configs configs,
        Path claims,
        Function<String, @Nullable Path> images,
        String machine,
        Function<ObjectKey, Map<String, String>> services,
        Supplier<CompletableFuture<Void>> routed,
        Unused unused,
        Consumer<ObjectKey> changed) {

    /** See {@code unused} above. */
    public interface Unused {
        void await(Set<Integer> ports) throws InterruptedException;
    }
}
