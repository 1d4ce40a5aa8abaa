package io.homeostat.chaos.extension;

import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** A class in a jar. It is loaded by the process that holds the fault, never by the agent. */
final class JarWire implements Wire {

    private final FaultExtension fault;

    private JarWire(FaultExtension fault) {
        this.fault = fault;
    }

    static JarWire open(Path jar, String name) throws IOException {
        if (!Files.isReadable(jar)) {
            throw new IOException("there is no jar " + jar);
        }
        // Never closed: what is loaded from it is used to the end of the process.
        @SuppressWarnings("resource")
        URLClassLoader loader = new URLClassLoader(
                new URL[] {jar.toAbsolutePath().toUri().toURL()}, FaultExtension.class.getClassLoader());
        List<String> names = new ArrayList<>();
        for (FaultExtension each : ServiceLoader.load(FaultExtension.class, loader)) {
            if (each.name().equals(name)) {
                return new JarWire(each);
            }
            names.add(each.name());
        }
        throw new IOException(jar + " has no fault '" + name + "'; it has: " + String.join(", ", names));
    }

    @Override
    public Node.Mapping call(Verb verb, Node.Mapping request) throws IOException, InterruptedException {
        Map<String, String> state = texts(request.mapping("state"));
        try {
            return switch (verb) {
                case PREPARE -> {
                    Node.Mapping target = request.mapping("target");
                    yield state(fault.prepare(
                            texts(request.mapping("parameters")),
                            target.text("workload", ""),
                            target.sequence("instances").stream()
                                    .map(Node::toString)
                                    .toList()));
                }
                case START -> state(fault.start(state));
                case STATUS -> {
                    String seen = fault.status(state);
                    yield Node.Mapping.EMPTY
                            .with("observed", Node.Bool.of(!seen.isEmpty()))
                            .with("seen", seen);
                }
                case STOP -> {
                    fault.stop(state);
                    yield Node.Mapping.EMPTY;
                }
            };
        } catch (InterruptedException late) {
            throw late;
        } catch (Exception failed) {
            throw new IOException(verb.word() + " failed: " + failed, failed);
        }
    }

    private static Node.Mapping state(Map<String, String> state) {
        Node.Mapping said = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> each : state.entrySet()) {
            said = said.with(each.getKey(), each.getValue());
        }
        return Node.Mapping.EMPTY.with("state", said);
    }

    private static Map<String, String> texts(Node.Mapping said) {
        Map<String, String> texts = new LinkedHashMap<>();
        said.fields().forEach((key, field) -> texts.put(key, field.value().toString()));
        return texts;
    }
}
