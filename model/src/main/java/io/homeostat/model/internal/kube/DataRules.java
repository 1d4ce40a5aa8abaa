package io.homeostat.model.internal.kube;

import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.internal.read.Secrets;
import io.homeostat.model.internal.shape.Describe;
import java.util.List;

/** Names and size of what a ConfigMap or Secret holds. */
final class DataRules {
    /** Bytes; what etcd can take in one value with room for the rest. */
    private static final int MOST = 1024 * 1024;

    private DataRules() {}

    static void configMap(Node.Mapping content, List<Problem> problems) {
        Node.Mapping data = content.mapping("data");
        Node.Mapping binary = content.mapping("binaryData");
        keys(data, problems);
        keys(binary, problems);
        binary.fields().forEach((key, field) -> {
            Node.Field same = data.fields().get(key);
            if (same != null) {
                problems.add(Problem.error(
                        field.keyAt(),
                        "duplicate-key",
                        "the key '" + key + "' is in 'binaryData' and in 'data', at " + same.keyAt()));
            }
            if (field.value() instanceof Node.Text text && !Secrets.isBase64(text.value())) {
                problems.add(Problem.error(text.at(), "bad-base64", "the value of '" + key + "' is not base64"));
            }
        });
        size(size(data) + size(binary) * 3 / 4, content.at(), "ConfigMap", problems);
    }

    static void secret(Node.Mapping content, List<Problem> problems) {
        keys(content.mapping("data"), problems);
        keys(content.mapping("stringData"), problems);
        long size = size(content.mapping("data")) * 3 / 4 + size(content.mapping("stringData"));
        size(size, content.at(), "Secret", problems);
    }

    private static void keys(Node.Mapping data, List<Problem> problems) {
        data.fields().forEach((key, field) -> {
            boolean sound = !key.isEmpty()
                    && key.length() <= 253
                    && !key.equals(".")
                    && !key.startsWith("..")
                    && key.chars().allMatch(DataRules::isKeyCharacter);
            if (!sound) {
                problems.add(
                        Problem.error(field.keyAt(), "bad-name", "'" + Describe.shortened(key) + "' is not a valid key")
                                .expecting("at most 253 letters, digits, '-', '_' and '.', not starting with '..'"));
            }
        });
    }

    private static boolean isKeyCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.".indexOf(c) >= 0;
    }

    private static long size(Node.Mapping data) {
        long size = 0;
        for (Node.Field field : data.fields().values()) {
            switch (field.value()) {
                case Node.Text text -> size += text.value().length();
                case Node.Hidden hidden -> size += hidden.reveal().length();
                default -> {}
            }
        }
        return size;
    }

    private static void size(long size, Position at, String kind, List<Problem> problems) {
        if (size > MOST) {
            problems.add(Problem.error(
                    at,
                    "too-large",
                    "the " + kind + " holds " + size + " bytes, more than Kubernetes' limit of " + MOST));
        }
    }
}
