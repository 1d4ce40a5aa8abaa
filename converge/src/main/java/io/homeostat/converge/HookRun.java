package io.homeostat.converge;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says about a hook in the attempt that is under way.
 *
 * @param passed how it ended; null as long as nobody saw its end
 * @param reason why it failed; empty otherwise
 */
public record HookRun(
        String object, Instant startedAt, @Nullable Boolean passed, String reason) {}
