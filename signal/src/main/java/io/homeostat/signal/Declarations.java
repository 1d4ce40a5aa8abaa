package io.homeostat.signal;

import io.homeostat.model.slo.Promises;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What Git says, as far as it concerns objectives. */
public interface Declarations {

    /** The newest revision; null until one was read. */
    @Nullable
    Head head();

    /** The promises of an earlier revision. */
    Promises at(String revision) throws IOException;

    /** The application that has the service; empty when none has. */
    String applicationOf(String service);

    /** What the commit of a revision says: its first line, and the rest. */
    String message(String revision);

    record Head(String revision, Promises promises) {}
}
