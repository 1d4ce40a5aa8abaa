package io.homeostat.journal;

import io.homeostat.journal.HeadFile.Head;
import io.homeostat.journal.Journal.Verification;
import io.homeostat.journal.Segments.Segment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads every record and names each that was edited, removed, inserted or moved.
 *
 * <p>After a fault the walk goes on from what the faulty record states, so that one edit is one fault and not a fault for every
 * record behind it.
 *
 * <p>What the chain cannot show by itself: somebody who may write the directory can remove the newest records, or replace
 * everything from some record on, and compute all hashes and the head file anew. To find that, keep a head (number and hash)
 * somewhere else, for instance in Git, and compare.
 */
final class Chain {

    private static final int MOST_FAULTS = 1000;
    private static final byte[] LOST = "\"type\":\"journal.lost\"".getBytes(StandardCharsets.US_ASCII);

    private final List<String> faults = new ArrayList<>();
    private long events;
    private long more;
    private long sequence;
    private long alternative;
    private String hash = Records.NO_HASH;
    private boolean hashKnown = true;

    private Chain() {}

    /**
     * @param head the newest record there must be; null when the head file is missing or unreadable
     * @param limit records after this one are being written just now and are not read
     */
    static Verification verify(Path directory, @Nullable Head head, long limit) throws IOException {
        Chain chain = new Chain();
        for (Segment segment : Segments.list(directory)) {
            chain.read(segment, head, limit);
        }
        chain.end(head);
        return new Verification(chain.events, chain.hash, List.copyOf(chain.faults));
    }

    private void read(Segment segment, @Nullable Head head, long limit) throws IOException {
        if (sequence < limit && segment.first() != sequence + 1 && segment.size() > 0) {
            fault(segment.name() + ": starts with record " + segment.first() + " by its name, but record "
                    + (sequence + 1) + " comes next: a segment is missing or was renamed");
        }
        try (Lines lines = Lines.from(segment.file(), 0)) {
            byte[] line;
            for (long number = 1; sequence < limit && (line = lines.next()) != null; number++) {
                record(segment.name() + ":" + number, line, lines.whole(), head);
            }
        }
    }

    private void record(String place, byte[] line, boolean whole, @Nullable Head head) {
        long expected = sequence + 1;
        events++;
        Records.Line record = Records.split(line);
        if (record == null) {
            fault("record " + expected + ", " + place + ": is not a record");
            sequence = expected;
            alternative = expected;
            hashKnown = false;
            return;
        }
        if (!whole) {
            fault("record " + record.sequence() + ", " + place + ": does not end with a line feed (cut short)");
        }
        boolean matches = !hashKnown || Records.hash(hash, line).equals(record.hash());
        if (record.sequence() != expected && record.sequence() != alternative + 1) {
            fault("record " + record.sequence() + ", " + place + ": stands where record " + expected + " belongs ("
                    + (record.sequence() > expected ? "records were removed" : "inserted or moved") + ")");
        } else if (!matches) {
            fault(
                    "record " + record.sequence() + ", " + place
                            + ": its hash does not follow from its content and the record before it (edited, or not in its place)");
        }
        if (head != null && head.sequence() == record.sequence() && !head.hash().equals(record.hash())) {
            fault("record " + record.sequence() + ", " + place
                    + ": has another hash than the head file says (replaced)");
        }
        if (contains(line, LOST)) {
            Event event = Records.event(line);
            if (event != null
                    && event.type().equals("journal.lost")
                    && !event.data().flag("explained", false)) {
                fault("record " + event.sequence() + ", " + place + ": " + event.message());
            }
        }
        // Its number was edited, or records before it were removed: the next record may follow either.
        alternative = matches ? record.sequence() : Math.max(expected, record.sequence());
        sequence = matches ? record.sequence() : Math.min(expected, record.sequence());
        hash = record.hash();
        hashKnown = true;
    }

    private void end(@Nullable Head head) {
        if (head == null) {
            if (events > 0) {
                fault("head: is missing or unreadable: whether the newest records were removed cannot be said");
            }
        } else if (head.sequence() > Math.max(sequence, alternative)) {
            fault("records " + (Math.max(sequence, alternative) + 1) + " to " + head.sequence()
                    + ": the newest records are missing");
        }
        if (more > 0) {
            faults.add("and " + more + " more");
        }
    }

    private void fault(String sentence) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(sentence);
        } else {
            more++;
        }
    }

    private static boolean contains(byte[] line, byte[] part) {
        for (int i = 0; i <= Math.min(line.length - part.length, 256); i++) {
            int matched = 0;
            while (matched < part.length && line[i + matched] == part[matched]) {
                matched++;
            }
            if (matched == part.length) {
                return true;
            }
        }
        return false;
    }
}
