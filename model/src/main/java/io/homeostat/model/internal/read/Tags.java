package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import org.jspecify.annotations.Nullable;

/** The tags of YAML that JSON has a value for. Any other would silently mean something else elsewhere, and is refused. */
final class Tags {
    private static final String PREFIX = "tag:yaml.org,2002:";
    static final String TEXT = PREFIX + "str";
    static final String MAPPING = PREFIX + "map";
    static final String SEQUENCE = PREFIX + "seq";

    private Tags() {}

    /** The value of a scalar with a tag; the empty tag stands for a plain scalar. Null when the two do not fit. */
    static @Nullable Node scalar(String tag, String value, Position at) {
        return switch (tag) {
            case "" -> Scalars.plain(value, at);
            case TEXT, "!" -> new Node.Text(value, at);
            case PREFIX + "int", PREFIX + "float" -> Scalars.plain(value, at) instanceof Node.Numeric n ? n : null;
            case PREFIX + "bool" -> Scalars.plain(value, at) instanceof Node.Bool bool ? bool : null;
            case PREFIX + "null" -> Scalars.plain(value, at) instanceof Node.Null none ? none : null;
            default -> null;
        };
    }

    static Problem refused(String tag, Position at) {
        String shown = tag.startsWith(PREFIX) ? "!!" + tag.substring(PREFIX.length()) : tag;
        return Problem.error(at, "unknown-tag", "the tag '" + shown + "' is not supported here")
                .suggesting("write the value without a tag");
    }
}
