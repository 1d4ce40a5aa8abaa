package io.homeostat.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What a genuine webhook request says: which repository, and what moved in it. Everything else in it is skipped unread. */
final class Payload {
    private static final JsonFactory JSON = new JsonFactory();

    private final List<String> locations = new ArrayList<>();
    private @Nullable String reference;

    private Payload() {}

    static Verdict read(String provider, Map<String, String> headers, byte[] body) {
        Payload payload = new Payload();
        try {
            byte[] json = isForm(headers) ? form(body) : body;
            if (json.length > 0) {
                payload.parse(json);
            }
        } catch (JacksonException malformed) {
            return new Verdict.Rejected(
                    "the signature is right, but the body is not JSON: " + malformed.getOriginalMessage());
        } catch (IllegalArgumentException malformed) {
            return new Verdict.Rejected("the signature is right, but the body is not an encoded form");
        }
        return new Verdict.Accepted(provider, List.copyOf(payload.locations), payload.moved());
    }

    private static boolean isForm(Map<String, String> headers) {
        return headers.getOrDefault("Content-Type", "")
                .toLowerCase(Locale.ROOT)
                .startsWith("application/x-www-form-urlencoded");
    }

    private static byte[] form(byte[] body) {
        for (String field : new String(body, StandardCharsets.UTF_8).split("&")) {
            if (field.startsWith("payload=")) {
                return URLDecoder.decode(field.substring("payload=".length()), StandardCharsets.UTF_8)
                        .getBytes(StandardCharsets.UTF_8);
            }
        }
        throw new IllegalArgumentException("no payload");
    }

    private void parse(byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "ref" -> {
                        reference = value == JsonToken.VALUE_STRING ? parser.getString() : reference;
                        parser.skipChildren();
                    }
                    case "repository", "project" -> repository(parser, value);
                    default -> parser.skipChildren();
                }
            }
        }
    }

    private void repository(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            locations.add(parser.getString());
        }
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken field = parser.nextToken();
            switch (name) {
                case "clone_url",
                        "ssh_url",
                        "html_url",
                        "git_url",
                        "git_http_url",
                        "git_ssh_url",
                        "web_url",
                        "homepage" -> {
                    if (field == JsonToken.VALUE_STRING && !locations.contains(parser.getString())) {
                        locations.add(parser.getString());
                    }
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
    }

    /** Only a full name tells a branch from a tag. */
    private Optional<Reference> moved() {
        if (reference == null || !reference.startsWith("refs/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Reference.parse(reference)).filter(r -> !(r instanceof Reference.Commit));
        } catch (SourceException unknown) {
            return Optional.empty();
        }
    }
}
