package io.homeostat.model;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-like tree that remembers where each value was written. The one currency for document content: parsed, checked,
 * compared, hashed and shown.
 *
 * <p>Immutable. Two nodes are equal when their values are; where they stand in a file plays no part.
 */
public sealed interface Node {

    /** Where the value starts; {@link Position#NONE} for nodes not read from a file. */
    Position at();

    /** A mapping in the order written. */
    record Mapping(Map<String, Field> fields, Position at) implements Node {
        public static final Mapping EMPTY = new Mapping(Map.of(), Position.NONE);

        public Mapping {
            fields = Collections.unmodifiableMap(fields);
        }

        /** Value of a key, or null when the key is absent. */
        public @Nullable Node get(String key) {
            Field field = fields.get(key);
            return field == null ? null : field.value();
        }

        /** Value of a key that holds a mapping; an empty mapping when it is absent or something else. */
        public Mapping mapping(String key) {
            return get(key) instanceof Mapping mapping ? mapping : EMPTY;
        }

        /** Elements of a key that holds a sequence; none when it is absent or something else. */
        public List<Node> sequence(String key) {
            return get(key) instanceof Sequence sequence ? sequence.elements() : List.of();
        }

        /** Text of a key that holds a string; null when it is absent or something else. */
        public @Nullable String text(String key) {
            return get(key) instanceof Text text ? text.value() : null;
        }

        /** Text of a key that holds a string; the given default when it is absent or something else. */
        public String text(String key, String otherwise) {
            return get(key) instanceof Text text ? text.value() : otherwise;
        }

        /** Integer of a key that holds a number; the given default when it is absent or something else. */
        public int integer(String key, int otherwise) {
            return get(key) instanceof Numeric number ? number.value().intValue() : otherwise;
        }

        public boolean flag(String key, boolean otherwise) {
            return get(key) instanceof Bool bool ? bool.value() : otherwise;
        }

        /** The value at a path of keys, or null as soon as one is absent. */
        public @Nullable Node find(String... path) {
            Node here = this;
            for (String key : path) {
                if (!(here instanceof Mapping mapping)) {
                    return null;
                }
                here = mapping.get(key);
            }
            return here;
        }

        public boolean isEmpty() {
            return fields.isEmpty();
        }

        /** This mapping with one key set, at its old place or at the end. */
        public Mapping with(String key, Node value) {
            Map<String, Field> copy = new LinkedHashMap<>(fields);
            copy.put(key, new Field(value.at(), value));
            return new Mapping(copy, at);
        }

        public Mapping with(String key, String value) {
            return with(key, new Text(value, Position.NONE));
        }

        public Mapping with(String key, long value) {
            return with(key, new Numeric(BigDecimal.valueOf(value), Position.NONE));
        }

        public Mapping without(String key) {
            if (!fields.containsKey(key)) {
                return this;
            }
            Map<String, Field> copy = new LinkedHashMap<>(fields);
            copy.remove(key);
            return new Mapping(copy, at);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Mapping that && fields.equals(that.fields);
        }

        @Override
        public int hashCode() {
            return fields.hashCode();
        }

        @Override
        public String toString() {
            return fields.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + entry.getValue().value())
                    .collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /** One entry of a mapping: where its key stands, and its value. */
    record Field(Position keyAt, Node value) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Field that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    record Sequence(List<Node> elements, Position at) implements Node {
        public Sequence {
            elements = List.copyOf(elements);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Sequence that && elements.equals(that.elements);
        }

        @Override
        public int hashCode() {
            return elements.hashCode();
        }

        @Override
        public String toString() {
            return elements.toString();
        }
    }

    record Text(String value, Position at) implements Node {
        public static Text of(String value) {
            return new Text(value, Position.NONE);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Text that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public String toString() {
            return value;
        }
    }

    /** A number; {@code 1} and {@code 1.0} are equal, as they are in JSON. */
    record Numeric(BigDecimal value, Position at) implements Node {
        public static Numeric of(long value) {
            return new Numeric(BigDecimal.valueOf(value), Position.NONE);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Numeric that && value.compareTo(that.value) == 0;
        }

        @Override
        public int hashCode() {
            return Double.hashCode(value.doubleValue());
        }

        @Override
        public String toString() {
            return value.toPlainString();
        }
    }

    record Bool(boolean value, Position at) implements Node {
        public static Bool of(boolean value) {
            return new Bool(value, Position.NONE);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bool that && value == that.value;
        }

        @Override
        public int hashCode() {
            return Boolean.hashCode(value);
        }

        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    record Null(Position at) implements Node {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Null;
        }

        @Override
        public int hashCode() {
            return 0;
        }

        @Override
        public String toString() {
            return "null";
        }
    }

    /**
     * A value nobody may see: the data of a Secret. It prints as {@code ‹secret›} everywhere, JSON output included; only a
     * target takes the value out, with {@link #reveal}.
     */
    final class Hidden implements Node {
        public static final String SHOWN = "‹secret›";
        private final String value;
        private final Position at;

        public Hidden(String value, Position at) {
            this.value = Objects.requireNonNull(value);
            this.at = at;
        }

        public String reveal() {
            return value;
        }

        @Override
        public Position at() {
            return at;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Hidden that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }

        @Override
        public String toString() {
            return SHOWN;
        }
    }
}
