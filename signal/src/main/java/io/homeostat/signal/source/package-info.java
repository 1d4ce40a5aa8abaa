/**
 * Who is asked: Prometheus, HTTP and process probes, and whatever counts the calls between services. Each answers with a {@link
 * io.homeostat.signal.series.Reading} or says in a sentence why it cannot; then there are no data.
 */
@NullMarked
package io.homeostat.signal.source;

import org.jspecify.annotations.NullMarked;
