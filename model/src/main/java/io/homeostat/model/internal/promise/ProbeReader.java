package io.homeostat.model.internal.promise;

import io.homeostat.model.Durations;
import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.chaos.Hypothesis.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One way to look at a running system; its shape was checked. */
final class ProbeReader {

    private ProbeReader() {}

    /**
     * @param code of what is wrong with it
     * @return null when it says nothing, or two things at once, which is reported
     */
    static @Nullable Check read(Node.Mapping probe, String code, List<Problem> problems) {
        List<Check> said = said(probe, code, problems);
        if (said.size() != 1) {
            problems.add(Problem.error(probe.at(), code, "a probe has exactly one of http, process and cel"));
            return null;
        }
        return said.getFirst();
    }

    static List<Check> said(Node.Mapping probe, String code, List<Problem> problems) {
        String name = probe.text("name", "");
        List<Check> said = new ArrayList<>();
        if (probe.get("http") instanceof Node.Mapping http) {
            said.add(new Hypothesis.Http(
                    name,
                    http.text("url", ""),
                    http.text("status", "2xx"),
                    http.text("contains", ""),
                    within(http, Duration.ofSeconds(1))));
        }
        if (probe.get("process") instanceof Node.Mapping process) {
            List<String> command =
                    process.sequence("command").stream().map(Node::toString).toList();
            if (command.isEmpty()) {
                problems.add(Problem.error(process.at(), code, "the command is empty"));
            }
            said.add(new Hypothesis.Program(name, command, within(process, Duration.ofSeconds(5))));
        }
        if (probe.get("cel") instanceof Node.Text cel) {
            Expressions.checkSignals(cel, problems);
            said.add(new Hypothesis.Cel(name, cel.value()));
        }
        return said;
    }

    private static Duration within(Node.Mapping in, Duration otherwise) {
        return Objects.requireNonNullElse(Durations.parse(in.text("within", "")), otherwise);
    }
}
