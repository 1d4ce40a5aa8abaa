package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.model.Quantities;
import io.homeostat.target.local.pod.Variables.Variable;
import io.homeostat.target.local.process.Launch;
import io.homeostat.target.local.process.Limits;
import io.homeostat.target.local.subset.Templates;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From a container to the process that runs it: its program, variables and directory.
 *
 * <p>A program is looked up in the image's directory first, and then, when it is a mere name, on PATH. An image has no default
 * command here: a container without {@code command} runs the image's own executable file {@code entrypoint}.
 */
final class LaunchPlan {

    static final String ENTRYPOINT = "entrypoint";
    static final String HOST = "127.0.0.1";

    /**
     * What of the surroundings a container gets to see.
     *
     * @param instance directory of the instance
     * @param data directory of its claims
     * @param image directory of its image; null for what is on the machine
     * @param services {@code NAME_SERVICE_HOST} and the like
     */
    record Surroundings(Path instance, Path data, @Nullable Path image, String machine, Map<String, String> services) {}

    /** Either a launch, or why there cannot be one. */
    sealed interface Result {
        record Ready(Launch launch) implements Result {}

        record Impossible(String reason) implements Result {}
    }

    private final Pod pod;
    private final PodState state;
    private final Pod.Container container;
    private final Surroundings around;
    private final Mounts mounts;

    private LaunchPlan(Pod pod, PodState state, Pod.Container container, Surroundings around) {
        this.pod = pod;
        this.state = state;
        this.container = container;
        this.around = around;
        this.mounts = Mounts.of(pod, container, around.instance(), around.data());
    }

    static Result of(Pod pod, PodState state, Pod.Container container, Surroundings around) {
        return new LaunchPlan(pod, state, container, around).plan();
    }

    private Result plan() {
        Map<String, String> environment = environment();
        List<String> command = new ArrayList<>();
        for (Node part : container.spec().sequence("command")) {
            command.add(Variables.expand(mounts.rewrite(part.toString()), environment));
        }
        if (command.isEmpty()) {
            if (around.image() == null) {
                return new Result.Impossible("the container has no command, and 'host' has no program of its own");
            }
            command.add(ENTRYPOINT);
            if (!Files.isExecutable(around.image().resolve(ENTRYPOINT))) {
                return new Result.Impossible(
                        "the container has no command, and its image has no executable file '" + ENTRYPOINT + "'");
            }
        }
        for (Node part : container.spec().sequence("args")) {
            command.add(Variables.expand(mounts.rewrite(part.toString()), environment));
        }
        String program = program(command.getFirst());
        if (program == null) {
            return new Result.Impossible(
                    "there is no executable file '" + command.getFirst() + "' in the image or here");
        }
        command.set(0, program);
        String wanted = container.spec().text("workingDir", "");
        Path directory = workingDirectory(Variables.expand(mounts.rewrite(wanted), environment));
        if (directory == null) {
            return new Result.Impossible("there is no directory '" + wanted + "' in the image or here");
        }
        String id =
                pod.runId(container.name(), state.container(container.name()).run());
        Node.Mapping labels = Node.Mapping.EMPTY
                .with("namespace", pod.namespace())
                .with("instance", pod.name())
                .with("uid", pod.uid())
                .with("container", container.name())
                .with("owner", pod.owner().kind() + "/" + pod.owner().name())
                .with("application", pod.application())
                .with("digest", pod.digest());
        return new Result.Ready(new Launch(id, command, environment, directory, limits(), labels));
    }

    /** What we say first, then what the Services say, then what the document says, which wins. */
    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        if (!pod.spec().text("enableServiceLinks", "true").equals("false")
                && pod.spec().flag("enableServiceLinks", true)) {
            environment.putAll(around.services());
        }
        environment.put("HOST", HOST);
        List<Node.Mapping> ports = Templates.mappings(container.spec(), "ports");
        Integer first = state.ports()
                .get(Ports.key(
                        container.name(), ports.isEmpty() ? 0 : ports.getFirst().integer("containerPort", 0)));
        if (first != null) {
            environment.put("PORT", first.toString());
        }
        for (Node.Mapping port : ports) {
            String name = port.text("name");
            Integer number = state.ports().get(Ports.key(container.name(), port.integer("containerPort", 0)));
            if (name != null && number != null) {
                environment.put("PORT_" + Mounts.variable(name), number.toString());
            }
        }
        environment.putAll(mounts.variables());
        for (Variable variable : pod.variables()
                .getOrDefault(container.name(), new Variables(List.of()))
                .all()) {
            String value = switch (variable) {
                case Variable.Fixed fixed -> mounts.rewrite(fixed.value());
                case Variable.Expanded expanded -> Variables.expand(mounts.rewrite(expanded.text()), environment);
                case Variable.FieldOf field -> field(field.path());
            };
            environment.put(variable.name(), value);
        }
        return environment;
    }

    private String field(String path) {
        Node.Mapping metadata = pod.template().mapping("metadata");
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "spec.nodeName" -> around.machine();
            case "status.podIP", "status.hostIP" -> HOST;
            default -> {
                int open = path.indexOf("['");
                int close = path.lastIndexOf("']");
                Node value = open < 0 || close < open
                        ? null
                        : metadata.mapping(path.startsWith("metadata.labels") ? "labels" : "annotations")
                                .get(path.substring(open + 2, close));
                yield value == null ? "" : value.toString();
            }
        };
    }

    private @Nullable String program(String name) {
        Path image = around.image();
        if (image != null) {
            // An absolute path of the image is one below its directory here.
            Path inside = image.resolve(name.startsWith("/") ? name.substring(1) : name)
                    .normalize();
            if (inside.startsWith(image) && Files.isRegularFile(inside) && Files.isExecutable(inside)) {
                return inside.toString();
            }
        }
        if (name.indexOf('/') < 0) {
            return name;
        }
        Path here = Path.of(name);
        return here.isAbsolute() && Files.isExecutable(here) ? name : null;
    }

    private @Nullable Path workingDirectory(String wanted) {
        Path base = around.image() == null ? around.instance() : around.image();
        if (wanted.isEmpty()) {
            return base;
        }
        Path inside = base.resolve(wanted.startsWith("/") ? wanted.substring(1) : wanted)
                .normalize();
        if (inside.startsWith(base) && Files.isDirectory(inside)) {
            return inside;
        }
        Path here = Path.of(wanted);
        return here.isAbsolute() && Files.isDirectory(here) ? here : null;
    }

    private Limits limits() {
        Node.Mapping limits = container.spec().mapping("resources").mapping("limits");
        BigDecimal memory = amount(limits.get("memory"));
        BigDecimal cpu = amount(limits.get("cpu"));
        return new Limits(
                memory == null ? null : Math.max(1, memory.longValue()),
                cpu == null ? null : Math.max(1, cpu.movePointRight(3).intValue()),
                null);
    }

    private static @Nullable BigDecimal amount(@Nullable Node quantity) {
        return quantity == null ? null : Quantities.parse(quantity.toString());
    }
}
