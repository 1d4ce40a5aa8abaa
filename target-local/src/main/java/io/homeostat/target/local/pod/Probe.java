package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.target.local.subset.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A readiness, liveness or startup probe, with Kubernetes' numbers. */
record Probe(
        Check check,
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold) {

    /** What is tried. Ports are as in the document: name or number of a container port. */
    sealed interface Check {
        record Http(@Nullable String host, Node port, String path, boolean tls, Map<String, String> headers)
                implements Check {}

        record Tcp(@Nullable String host, Node port) implements Check {}

        record Exec(List<String> command) implements Check {}
    }

    /** The probe under a key of a container; null when there is none. */
    static @Nullable Probe of(Node.Mapping container, String key) {
        Node.Mapping probe = container.mapping(key);
        Check check = check(probe);
        if (check == null) {
            return null;
        }
        return new Probe(
                check,
                Duration.ofSeconds(Math.max(0, probe.integer("initialDelaySeconds", 0))),
                Duration.ofSeconds(Math.max(1, probe.integer("periodSeconds", 10))),
                Duration.ofSeconds(Math.max(1, probe.integer("timeoutSeconds", 1))),
                Math.max(1, probe.integer("successThreshold", 1)),
                Math.max(1, probe.integer("failureThreshold", 3)));
    }

    /** What a probe or a hook does; null when it says nothing. */
    static @Nullable Check check(Node.Mapping handler) {
        Node.Mapping http = handler.mapping("httpGet");
        Node httpPort = http.get("port");
        if (httpPort != null) {
            Map<String, String> headers = new LinkedHashMap<>();
            for (Node.Mapping header : Templates.mappings(http, "httpHeaders")) {
                headers.put(header.text("name", ""), header.text("value", ""));
            }
            boolean tls = http.text("scheme", "HTTP").equals("HTTPS");
            return new Check.Http(http.text("host"), httpPort, http.text("path", "/"), tls, headers);
        }
        Node.Mapping tcp = handler.mapping("tcpSocket");
        Node tcpPort = tcp.get("port");
        if (tcpPort != null) {
            return new Check.Tcp(tcp.text("host"), tcpPort);
        }
        if (handler.get("exec") instanceof Node.Mapping exec) {
            List<String> command = new ArrayList<>();
            exec.sequence("command").forEach(part -> command.add(part.toString()));
            return command.isEmpty() ? null : new Check.Exec(command);
        }
        return null;
    }
}
