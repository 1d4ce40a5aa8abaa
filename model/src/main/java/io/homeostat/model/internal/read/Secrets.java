package io.homeostat.model.internal.read;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hides what a Secret holds, before anyone else sees the document. {@code data} stays base64, {@code stringData} stays as
 * written; both only hidden.
 */
public final class Secrets {
    /** kubectl keeps a copy of the whole object in here. */
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private Secrets() {}

    public static boolean isSecret(String apiVersion, String kind) {
        return kind.equals("Secret") && apiVersion.equals("v1");
    }

    public static Node.Mapping hide(Node.Mapping secret, List<Problem> problems) {
        Node.Mapping hidden = hideFields(secret, "data", true, problems);
        hidden = hideFields(hidden, "stringData", false, problems);
        Node.Mapping metadata = hidden.mapping("metadata");
        Node.Mapping annotations = metadata.mapping("annotations");
        if (annotations.get(LAST_APPLIED) instanceof Node.Text copy) {
            Node.Mapping kept = annotations.with(LAST_APPLIED, new Node.Hidden(copy.value(), copy.at()));
            hidden = hidden.with("metadata", metadata.with("annotations", kept));
        }
        return hidden;
    }

    private static Node.Mapping hideFields(Node.Mapping secret, String field, boolean base64, List<Problem> problems) {
        Node value = secret.get(field);
        if (value == null || value instanceof Node.Null) {
            return secret;
        }
        if (!(value instanceof Node.Mapping data)) {
            problems.add(Problem.error(value.at(), "wrong-type", field + " of a Secret is a mapping of names to text"));
            return secret.with(field, new Node.Hidden("", value.at()));
        }
        Map<String, Node.Field> hidden = new LinkedHashMap<>();
        data.fields()
                .forEach((key, entry) ->
                        hidden.put(key, new Node.Field(entry.keyAt(), hide(key, entry.value(), base64, problems))));
        return with(secret, field, new Node.Mapping(hidden, data.at()));
    }

    private static Node hide(String key, Node value, boolean base64, List<Problem> problems) {
        Position at = value.at();
        if (value instanceof Node.Hidden) {
            return value;
        }
        if (!(value instanceof Node.Text text)) {
            if (value instanceof Node.Null) {
                return new Node.Hidden("", at);
            }
            problems.add(Problem.error(at, "wrong-type", "the value of '" + key + "' in a Secret is not text")
                    .expecting("text")
                    .suggesting("quote the value"));
            return new Node.Hidden("", at);
        }
        if (base64 && !isBase64(text.value())) {
            problems.add(Problem.error(at, "bad-base64", "the value of '" + key + "' in a Secret's data is not base64")
                    .suggesting("encode it, or move it to stringData"));
        }
        return new Node.Hidden(text.value(), at);
    }

    /** As Kubernetes decodes it: the standard alphabet with padding; line ends may stand between. */
    public static boolean isBase64(String text) {
        String joined = text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace("\n", "").replace("\r", "");
        if (joined.length() % 4 != 0) {
            return false;
        }
        try {
            var _ = Base64.getDecoder().decode(joined);
            return true;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** Like {@link Node.Mapping#with}, but the key stays where it was written. */
    private static Node.Mapping with(Node.Mapping mapping, String key, Node value) {
        Map<String, Node.Field> copy = new LinkedHashMap<>(mapping.fields());
        copy.computeIfPresent(key, (name, field) -> new Node.Field(field.keyAt(), value));
        return new Node.Mapping(copy, mapping.at());
    }
}
