package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The ConfigMaps and Secrets of the target, as bytes by key. */
public final class Configs {

    private final Function<ObjectKey, Node.@Nullable Mapping> lookup;

    /** @param lookup content of an object; null when there is none */
    public Configs(Function<ObjectKey, Node.@Nullable Mapping> lookup) {
        this.lookup = lookup;
    }

    public static ObjectKey configMap(String namespace, String name) {
        return new ObjectKey("", "ConfigMap", namespace, name);
    }

    public static ObjectKey secret(String namespace, String name) {
        return new ObjectKey("", "Secret", namespace, name);
    }

    /** Everything in it by key; null when there is no such object. */
    @Nullable
    Map<String, byte[]> data(ObjectKey key) {
        Node.Mapping content = lookup.apply(key);
        if (content == null) {
            return null;
        }
        Map<String, byte[]> data = new TreeMap<>();
        boolean secret = key.kind().equals("Secret");
        put(data, content.mapping("data"), secret);
        put(data, content.mapping("binaryData"), true);
        put(data, content.mapping("stringData"), false);
        return data;
    }

    /** What can be an environment variable: as text. */
    public @Nullable Map<String, String> texts(ObjectKey key) {
        Map<String, byte[]> data = data(key);
        if (data == null) {
            return null;
        }
        Map<String, String> texts = new TreeMap<>();
        data.forEach((name, bytes) -> texts.put(name, new String(bytes, StandardCharsets.UTF_8)));
        return texts;
    }

    private static void put(Map<String, byte[]> data, Node.Mapping from, boolean base64) {
        from.fields().forEach((name, field) -> {
            String text = field.value() instanceof Node.Hidden hidden
                    ? hidden.reveal()
                    : field.value().toString();
            data.put(name, base64 ? decode(text) : text.getBytes(StandardCharsets.UTF_8));
        });
    }

    /** Checked when it was read from Git; what somebody broke since then stands for itself. */
    private static byte[] decode(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException broken) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }
}
