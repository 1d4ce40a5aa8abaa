package io.homeostat.journal;

import io.homeostat.model.Node;
import java.time.Instant;

/**
 * One record of the journal.
 *
 * @param sequence 1-based, without gaps
 * @param hash SHA-256, in hex, over the previous event's hash and this event's canonical form
 */
public record Event(
        long sequence,
        Instant time,
        String type,
        String application,
        String object,
        String message,
        Node.Mapping data,
        String hash) {}
