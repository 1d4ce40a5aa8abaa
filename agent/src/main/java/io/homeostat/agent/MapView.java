package io.homeostat.agent;

import io.homeostat.converge.Health;
import io.homeostat.converge.Kstatus;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.signal.SignalFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The system as a map: what runs and how it is, and the calls between them. Pure. */
final class MapView {

    private static final Set<String> COMPONENTS = Set.of("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob");

    private MapView() {}

    /**
     * {@code {components: [{name, kind, application, health, message, ready, desired}], edges: [{caller, callee, service,
     * declared, seen, requests, failures, perSecond, failedShare, p99Millis}]}}. A callee is the component behind the Service.
     *
     * @param graph as {@link GraphView} gives it; null where nobody knows who calls whom
     * @param traffic as {@link TopView} gives it; null where nobody counts
     */
    static Node.Mapping of(
            Map<ObjectKey, Live> observed, Node.@Nullable Mapping graph, Node.@Nullable Mapping traffic) {
        List<Live> components = observed.values().stream()
                .filter(live -> COMPONENTS.contains(live.key().kind()))
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .toList();
        Map<String, Live> behind = behind(observed, components);
        Map<String, Node.Mapping> rates = rates(traffic);
        List<Node> edges = new ArrayList<>();
        for (Node each : graph == null ? List.<Node>of() : graph.sequence("edges")) {
            if (each instanceof Node.Mapping edge) {
                String service = edge.text("callee", "");
                Live callee = behind.get(service);
                Node.Mapping rate = rates.getOrDefault(edge.text("caller", "") + "\n" + service, Node.Mapping.EMPTY);
                Node.Mapping view = edge.with("service", service)
                        .with("callee", callee == null ? service : callee.key().toString());
                for (String key : List.of("perSecond", "failedShare", "p99Millis")) {
                    Node value = rate.get(key);
                    view = value == null ? view : view.with(key, value);
                }
                edges.add(view);
            }
        }
        return Node.Mapping.EMPTY
                .with("components", JsonList.of(components, MapView::component))
                .with("edges", JsonList.of(edges, edge -> edge));
    }

    private static Node.Mapping component(Live live) {
        Health health = Kstatus.of(live);
        Node.Mapping view = Node.Mapping.EMPTY
                .with("name", live.key().toString())
                .with("kind", live.key().kind())
                .with("application", live.application())
                .with("health", Views.word(health))
                .with("message", health.message());
        boolean keepsReplicas =
                Set.of("Deployment", "StatefulSet").contains(live.key().kind());
        return keepsReplicas
                ? view.with("ready", live.status().integer("readyReplicas", 0))
                        .with("desired", live.content().mapping("spec").integer("replicas", 1))
                : view;
    }

    /** Which component each Service leads to: the one whose instances have the labels it selects. */
    private static Map<String, Live> behind(Map<ObjectKey, Live> observed, List<Live> components) {
        Map<String, List<Live>> byLabel = new HashMap<>();
        for (Live component : components) {
            labels(component)
                    .forEach((key, value) -> byLabel.computeIfAbsent(
                                    component.key().namespace() + "\n" + key + "\n" + value, first -> new ArrayList<>())
                            .add(component));
        }
        Map<String, Live> behind = new TreeMap<>();
        for (Live service : observed.values()) {
            if (!service.key().kind().equals("Service")) {
                continue;
            }
            Map<String, String> selector =
                    texts(service.content().mapping("spec").mapping("selector"));
            selector.entrySet().stream()
                    .findFirst()
                    .ifPresent(first -> byLabel
                            .getOrDefault(
                                    service.key().namespace() + "\n" + first.getKey() + "\n" + first.getValue(),
                                    List.of())
                            .stream()
                            .filter(component -> labels(component).entrySet().containsAll(selector.entrySet()))
                            .findFirst()
                            .ifPresent(component -> behind.put(service.key().toString(), component)));
        }
        return behind;
    }

    private static Map<String, String> labels(Live component) {
        return texts(component
                .content()
                .mapping("spec")
                .mapping("template")
                .mapping("metadata")
                .mapping("labels"));
    }

    private static Map<String, String> texts(Node.Mapping mapping) {
        Map<String, String> texts = new TreeMap<>();
        mapping.fields().forEach((key, field) -> texts.put(key, field.value().toString()));
        return texts;
    }

    /** Of all versions of an edge together. */
    private static Map<String, Node.Mapping> rates(Node.@Nullable Mapping traffic) {
        Map<String, Node.Mapping> rates = new HashMap<>();
        for (Node each : traffic == null ? List.<Node>of() : traffic.sequence("edges")) {
            if (each instanceof Node.Mapping edge) {
                rates.merge(edge.text("caller", "") + "\n" + edge.text("callee", ""), edge, MapView::together);
            }
        }
        return rates;
    }

    private static Node.Mapping together(Node.Mapping one, Node.Mapping other) {
        double rate = number(one, "perSecond") + number(other, "perSecond");
        double failed = number(one, "failedShare") * number(one, "perSecond")
                + number(other, "failedShare") * number(other, "perSecond");
        return one.with("perSecond", SignalFacts.number(rate))
                .with("failedShare", SignalFacts.number(rate == 0 ? Double.NaN : failed / rate))
                .with("p99Millis", SignalFacts.number(Math.max(number(one, "p99Millis"), number(other, "p99Millis"))));
    }

    private static double number(Node.Mapping from, String key) {
        return from.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : 0;
    }
}
