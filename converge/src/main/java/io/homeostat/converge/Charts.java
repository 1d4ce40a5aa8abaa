package io.homeostat.converge;

import io.homeostat.model.Chart;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Renders Helm charts. Helm is large and most environments have no chart, so whoever offers this is looked for with
 * {@link java.util.ServiceLoader} when the first one is met. Safe for use by many threads.
 */
public interface Charts {

    /**
     * All documents of a chart as Helm prints them: each behind a {@code # Source: CHART/FILE} line, hooks included.
     *
     * @param files the whole repository, laid out as files; it may be written to
     * @throws Away when where the chart comes from does not answer
     * @throws IOException when there is no such chart or it refuses its values; the message is for the user
     */
    String render(Chart chart, Path files) throws IOException;

    /** The place that a chart comes from does not answer now; the same question may be answered in a minute. */
    final class Away extends IOException {
        private static final long serialVersionUID = 1L;

        public Away(String message) {
            super(message);
        }
    }
}
