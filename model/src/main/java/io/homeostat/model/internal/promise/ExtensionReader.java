package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.chaos.Extension.How;
import io.homeostat.model.chaos.Extension.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code kind: Extension}. */
final class ExtensionReader {

    private ExtensionReader() {}

    /** @return null when its fields do not go together, which is reported */
    static @Nullable Extension read(Document document, List<Problem> problems) {
        Node.Mapping spec = document.spec();
        List<How> how = new ArrayList<>();
        if (spec.get("executable") instanceof Node.Mapping executable) {
            how.add(new How.Executable(
                    executable.sequence("command").stream().map(Node::toString).toList()));
        }
        if (spec.get("service") instanceof Node.Mapping service) {
            how.add(new How.Service(service.text("url", "")));
        }
        if (spec.get("jar") instanceof Node.Mapping jar) {
            how.add(new How.Jar(jar.text("path", ""), jar.text("fault", "")));
        }
        if (how.size() != 1) {
            return wrong(spec, "an extension has exactly one of executable, service and jar", problems);
        }
        if (how.getFirst() instanceof How.Executable(List<String> command) && command.isEmpty()) {
            return wrong(spec, "the command is empty", problems);
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        spec.mapping("parameters").fields().forEach((name, field) -> {
            if (field.value() instanceof Node.Mapping said) {
                parameters.put(
                        name,
                        new Parameter(
                                said.text("type", "text"),
                                said.text("description", ""),
                                said.text("value"),
                                said.flag("required", false)));
            }
        });
        Extension extension = new Extension(
                document.key().name(),
                spec.text("owner", ""),
                spec.text("description", ""),
                how.getFirst(),
                Collections.unmodifiableMap(parameters),
                Objects.requireNonNullElse(Durations.parse(spec.text("within", "")), Duration.ofSeconds(10)));
        for (Map.Entry<String, Parameter> each : parameters.entrySet()) {
            String value = each.getValue().value();
            List<String> bad = value == null ? List.of() : extension.wrong(Map.of(each.getKey(), value));
            if (bad.stream().anyMatch(said -> said.startsWith("'"))) {
                return wrong(spec, bad.getFirst(), problems);
            }
        }
        return extension;
    }

    private static @Nullable Extension wrong(Node.Mapping at, String message, List<Problem> problems) {
        problems.add(Problem.error(at.at(), "bad-extension", message));
        return null;
    }
}
