package io.homeostat.target.local.process;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is written down before anything is started: {@code launch.json}.
 *
 * @param groups the control groups made for it
 */
record Intent(Launch launch, List<String> warnings, List<Path> groups) {

    byte[] toJson() {
        Limits limits = launch.limits();
        Map<String, Node> fields = new LinkedHashMap<>();
        fields.put("id", Node.Text.of(launch.id()));
        fields.put("command", texts(launch.command()));
        Map<String, Node> environment = new LinkedHashMap<>();
        launch.environment().forEach((name, value) -> environment.put(name, Node.Text.of(value)));
        fields.put("environment", mapping(environment));
        fields.put("workingDirectory", Node.Text.of(launch.workingDirectory().toString()));
        putNumber(fields, "memoryBytes", limits.memoryBytes());
        putNumber(fields, "cpuMillis", limits.cpuMillis());
        putNumber(fields, "pids", limits.pids());
        fields.put("labels", launch.labels());
        fields.put("warnings", texts(warnings));
        fields.put("groups", texts(groups.stream().map(Path::toString).toList()));
        return Json.writeRevealing(mapping(fields));
    }

    /** @throws IOException when it is not what {@link #toJson} wrote */
    static Intent parse(byte[] json) throws IOException {
        try {
            if (!(Json.read(json) instanceof Node.Mapping root)) {
                throw new IOException("not a mapping");
            }
            Map<String, String> environment = new LinkedHashMap<>();
            for (String name : root.mapping("environment").fields().keySet()) {
                environment.put(name, required(root.mapping("environment").text(name)));
            }
            Limits limits = new Limits(
                    number(root, "memoryBytes"), narrow(number(root, "cpuMillis")), narrow(number(root, "pids")));
            Launch launch = new Launch(
                    required(root.text("id")),
                    texts(root, "command"),
                    environment,
                    Path.of(required(root.text("workingDirectory"))),
                    limits,
                    root.mapping("labels"));
            List<Path> groups = texts(root, "groups").stream().map(Path::of).toList();
            return new Intent(launch, texts(root, "warnings"), groups);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new IOException(malformed.getMessage(), malformed);
        }
    }

    private static Node.Mapping mapping(Map<String, Node> values) {
        Map<String, Node.Field> fields = new LinkedHashMap<>();
        values.forEach((key, value) -> fields.put(key, new Node.Field(Position.NONE, value)));
        return new Node.Mapping(fields, Position.NONE);
    }

    private static Node texts(List<String> values) {
        return new Node.Sequence(values.stream().<Node>map(Node.Text::of).toList(), Position.NONE);
    }

    private static List<String> texts(Node.Mapping root, String key) {
        List<String> values = new ArrayList<>();
        for (Node element : root.sequence(key)) {
            if (!(element instanceof Node.Text text)) {
                throw new IllegalArgumentException(key + " holds something that is no text");
            }
            values.add(text.value());
        }
        return values;
    }

    private static void putNumber(Map<String, Node> fields, String key, @Nullable Number value) {
        if (value != null) {
            fields.put(key, Node.Numeric.of(value.longValue()));
        }
    }

    private static @Nullable Long number(Node.Mapping root, String key) {
        return root.get(key) instanceof Node.Numeric number
                ? (Long) number.value().longValueExact()
                : null;
    }

    private static @Nullable Integer narrow(@Nullable Long value) {
        return value == null ? null : (Integer) Math.toIntExact(value);
    }

    private static String required(@Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("something is missing");
        }
        return value;
    }
}
