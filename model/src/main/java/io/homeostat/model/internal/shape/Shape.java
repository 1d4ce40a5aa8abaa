package io.homeostat.model.internal.shape;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a value may look like. */
public sealed interface Shape {

    Shape FLAG = new Flag();
    Shape ANYTHING = new Anything();
    Shape DECIMAL = new Decimal();
    Shape QUANTITY = new Quantity();
    Shape INT_OR_TEXT = new IntOrText();
    Text TEXT = new Text("text", text -> true, null);

    static Shape choice(String... values) {
        return new Choice(List.of(values));
    }

    static Shape whole(long min, long max) {
        return new Whole(min, max);
    }

    /** A mapping with known keys. Looked up when first needed, since types may refer to each other. */
    final class Fields implements Shape {
        private final String name;
        private final boolean exactlyOne;
        private @Nullable Supplier<Map<String, Member>> source;
        private Map<String, Member> members = Map.of();

        private Fields(String name, boolean exactlyOne, Supplier<Map<String, Member>> source) {
            this.name = name;
            this.exactlyOne = exactlyOne;
            this.source = source;
        }

        public static Fields lazy(String name, Supplier<Map<String, Member>> source) {
            return new Fields(name, false, source);
        }

        public static Fields of(String name, Member... members) {
            return new Fields(name, false, () -> byName(members));
        }

        /** Of these keys, one and only one may be there. */
        public static Fields exactlyOneOf(String name, Member... members) {
            return new Fields(name, true, () -> byName(members));
        }

        public String name() {
            return name;
        }

        public boolean isExactlyOne() {
            return exactlyOne;
        }

        public synchronized Map<String, Member> members() {
            if (source != null) {
                members = Collections.unmodifiableMap(source.get());
                source = null;
            }
            return members;
        }

        private static Map<String, Member> byName(Member... members) {
            Map<String, Member> byName = new LinkedHashMap<>();
            for (Member member : members) {
                byName.put(member.name(), member);
            }
            return byName;
        }
    }

    /**
     * One known key.
     *
     * @param about what it is for, in a sentence; empty for Kubernetes' own fields
     * @param byDefault what holds when it is absent, as JSON; null when nothing does
     */
    record Member(
            String name,
            Shape shape,
            boolean required,
            String about,
            @Nullable String byDefault) {
        public static Member optional(String name, Shape shape, String about) {
            return new Member(name, shape, false, about, null);
        }

        public static Member required(String name, Shape shape, String about) {
            return new Member(name, shape, true, about, null);
        }

        public Member orElse(String byDefault) {
            return new Member(name, shape, required, about, byDefault);
        }
    }

    /** A mapping whose keys are free. */
    record Entries(Shape value) implements Shape {}

    record Elements(Shape element) implements Shape {}

    /** A single text, or the longer form of it. */
    record TextOr(Text text, Shape other) implements Shape {}

    /**
     * @param expected what is accepted, in words
     * @param pattern the same as a regular expression of JSON Schema, where one can say it; null for any text
     */
    record Text(
            String expected,
            Predicate<String> accepts,
            @Nullable String pattern) implements Shape {}

    record Choice(List<String> values) implements Shape {}

    record Whole(long min, long max) implements Shape {
        public static final Whole INT = new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        public static final Whole LONG = new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }

    record Decimal() implements Shape {}

    record Flag() implements Shape {}

    record Quantity() implements Shape {}

    record IntOrText() implements Shape {}

    record Anything() implements Shape {}
}
