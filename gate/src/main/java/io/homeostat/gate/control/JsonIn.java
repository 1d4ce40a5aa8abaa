package io.homeostat.gate.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** One JSON object, read member by member; what is not as expected is an error that says where. */
final class JsonIn {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(20)
                    .maxStringLength(64 << 10)
                    .build())
            .build();

    private final JsonParser json;

    private JsonIn(JsonParser json) {
        this.json = json;
    }

    interface Reading<T> {
        T read(JsonIn in) throws IOException;
    }

    /** @throws IOException when it is not this one object and nothing else; the message says why */
    static <T> T only(byte[] line, Reading<T> reading) throws IOException {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("expected one JSON object");
            }
            T read = reading.read(new JsonIn(json));
            if (json.nextToken() != null) {
                throw new IOException("something follows the JSON object");
            }
            return read;
        } catch (JacksonException e) {
            throw new IOException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    <T> T object(Reading<T> reading) throws IOException {
        expect(JsonToken.START_OBJECT, "an object");
        return reading.read(this);
    }

    /** An array of strings. */
    List<String> texts() throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text());
        }
        return texts;
    }

    /** An array of integers. */
    List<Long> numbers() throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            numbers.add(number());
        }
        return numbers;
    }

    <T> List<T> list(Reading<T> element) throws IOException {
        expect(JsonToken.START_ARRAY, "an array");
        List<T> elements = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            elements.add(object(element));
        }
        return elements;
    }

    /** The name of the next member, with its value as the current token; null at the end of the object. */
    @Nullable
    String name() {
        if (json.nextToken() != JsonToken.PROPERTY_NAME) {
            return null;
        }
        String name = json.currentName();
        json.nextToken();
        return name;
    }

    String text() throws IOException {
        expect(JsonToken.VALUE_STRING, "a string");
        return json.getString();
    }

    long number() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        return json.getLongValue();
    }

    int integer() throws IOException {
        expect(JsonToken.VALUE_NUMBER_INT, "an integer");
        return json.getIntValue();
    }

    Duration millis() throws IOException {
        return Duration.ofMillis(number());
    }

    boolean flag() throws IOException {
        if (json.currentToken() != JsonToken.VALUE_TRUE && json.currentToken() != JsonToken.VALUE_FALSE) {
            throw wrong("true or false");
        }
        return json.currentToken() == JsonToken.VALUE_TRUE;
    }

    double decimal() throws IOException {
        if (!json.currentToken().isNumeric()) {
            throw wrong("a number");
        }
        return json.getDoubleValue();
    }

    void skip() {
        json.skipChildren();
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (json.currentToken() != token) {
            throw wrong(what);
        }
    }

    private IOException wrong(String expected) {
        return new IOException("at " + json.streamReadContext().pathAsPointer() + ": expected " + expected);
    }

    IOException unknown(String name) {
        return new IOException("at " + json.streamReadContext().pathAsPointer() + ": unknown member '" + name + "'");
    }

    <T> T present(String name, @Nullable T value) throws IOException {
        if (value == null) {
            throw new IOException(
                    "at " + json.streamReadContext().pathAsPointer() + ": member '" + name + "' is missing");
        }
        return value;
    }
}
