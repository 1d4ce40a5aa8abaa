package io.homeostat.model.internal.read;

import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.Parser;

/** The parser's events. Where it stumbles over malformed text with an exception of another sort, that is a syntax error too. */
final class Events {
    private final Parser parser;

    Events(Parser parser) {
        this.parser = parser;
    }

    boolean hasNext() {
        try {
            return parser.hasNext();
        } catch (IllegalArgumentException | IndexOutOfBoundsException stumbled) {
            throw new YamlEngineException(stumbled);
        }
    }

    Event next() {
        try {
            return parser.next();
        } catch (IllegalArgumentException | IndexOutOfBoundsException stumbled) {
            throw new YamlEngineException(stumbled);
        }
    }
}
