package io.homeostat.target.kubernetes.versions;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTPRoute of the Gateway API divides the traffic of a Service among the versions behind it. Pure.
 *
 * <pre>
 *  backendRefs: [{name: web, port: 80}]  ⇄  [{name: web-stable, port: 80, weight: 80}, {name: web-canary, port: 80, weight: 20}]
 * </pre>
 *
 * An annotation on the route says which Services are divided and how, so that what is declared can be made from what is there, and
 * the other way round: a repair, or a commit that changes the route, leaves the division as it is.
 */
public final class Division {

    /** Weights are whole numbers, so those that were there before are made so many times larger. */
    private static final int PARTS = 100;

    private Division() {}

    /** Percent of the traffic that each side has; empty where it is not divided. */
    public static Map<Side, Integer> of(Standing standing) {
        Map<Side, Integer> shares = new EnumMap<>(Side.class);
        boolean isWhole = standing.split().weight() >= 100;
        if (standing.phase() == Phase.REPLACING && isWhole) {
            shares.put(Side.CANARY, PARTS);
        } else if (standing.phase() == Phase.LEAVING && !standing.stable().isEmpty()) {
            // Behind the Service itself are those that leave, too.
            shares.put(Side.OWN, PARTS);
        } else if (standing.phase() == Phase.SPLIT) {
            for (Side side : Side.values()) {
                int share = standing.share(side)
                        .orElse((side == Side.CANARY && isWhole) || (side == Side.OWN && !isWhole) ? PARTS : 0);
                if (share > 0) {
                    shares.put(side, share);
                }
            }
        }
        return shares;
    }

    /**
     * What of it can be had now. Who cannot answer gets nothing: its share is the stable side's, or else the canary's, until it can.
     * Where nobody could take it over the route stays as it is, but for who is to have nothing any more.
     *
     * @param now how the route divides; empty where it does not
     * @param ready sides with a pod that may answer
     */
    public static Map<Side, Integer> served(Standing standing, Map<Side, Integer> now, Set<Side> ready) {
        Map<Side, Integer> wanted = of(standing);
        Map<Side, Integer> served = new EnumMap<>(Side.class);
        int left = 0;
        for (Map.Entry<Side, Integer> each : wanted.entrySet()) {
            if (ready.contains(each.getKey())) {
                served.put(each.getKey(), each.getValue());
            } else {
                left += each.getValue();
            }
        }
        if (left == 0) {
            return wanted;
        }
        boolean isReplacing = standing.phase() == Phase.REPLACING;
        if (!isReplacing && ready.contains(Side.OWN)) {
            served.merge(Side.OWN, left, Integer::sum);
        } else if (served.containsKey(Side.CANARY)) {
            served.merge(Side.CANARY, left, Integer::sum);
        } else if (isReplacing) {
            // The workload's own pods become the new version.
            return Map.of();
        } else {
            return wanted.keySet().containsAll(now.keySet()) ? now : wanted;
        }
        return served;
    }

    /** The sides that have a Service of their own: before they get a share it has to be known who answers for them. */
    public static Set<Side> sides(Standing standing) {
        Set<Side> sides = EnumSet.noneOf(Side.class);
        sides.addAll(of(standing).keySet());
        if (standing.phase() == Phase.SPLIT) {
            sides.add(Side.OWN);
            sides.add(Side.CANARY);
            if (standing.split().baseline()) {
                sides.add(Side.BASELINE);
            }
        }
        return sides;
    }

    /** @param endpoints Endpoints or EndpointSlices of a Service */
    public static boolean isAnyReady(List<Node.Mapping> endpoints) {
        return endpoints.stream()
                .anyMatch(object -> mappings(object.sequence("subsets"))
                                .anyMatch(
                                        subset -> !subset.sequence("addresses").isEmpty())
                        // An unknown readiness counts as ready, as the API says.
                        || mappings(object.sequence("endpoints"))
                                .anyMatch(one -> one.mapping("conditions").flag("ready", true)
                                        && !one.sequence("addresses").isEmpty()));
    }

    private static Stream<Node.Mapping> mappings(List<Node> nodes) {
        return nodes.stream().filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast);
    }

    /** The Service that leads to one side of those behind another one. */
    public static String name(String service, Side side) {
        return service + "-" + (side == Side.OWN ? "stable" : side.label());
    }

    /** Whether a route leads to a Service. */
    public static boolean leadsTo(Node.Mapping route, String service) {
        return route.mapping("spec").sequence("rules").stream()
                .flatMap(rule ->
                        rule instanceof Node.Mapping one ? one.sequence("backendRefs").stream() : Stream.empty())
                .anyMatch(ref -> ref instanceof Node.Mapping one && isOf(one, service));
    }

    /** Which Services a route divides, and how: as it says itself. */
    public static Map<String, Map<Side, Integer>> of(Node.Mapping route) {
        Map<String, Map<Side, Integer>> divided = new TreeMap<>();
        String text = route.mapping("metadata").mapping("annotations").text(Annotations.DIVIDED);
        if (text != null) {
            try {
                if (Json.read(text) instanceof Node.Mapping services) {
                    services.fields().forEach((service, field) -> {
                        Map<Side, Integer> shares = new EnumMap<>(Side.class);
                        if (field.value() instanceof Node.Mapping sides) {
                            sides.fields()
                                    .keySet()
                                    .forEach(side -> shares.put(
                                            side.equals("stable") ? Side.OWN : Side.of(side), sides.integer(side, 0)));
                        }
                        divided.put(service, shares);
                    });
                }
            } catch (Json.MalformedException scribbled) {
                return new TreeMap<>();
            }
        }
        return divided;
    }

    /**
     * @param route that is not divided
     * @param shares of each Service that is to be; those without any are not
     */
    public static Node.Mapping divided(Node.Mapping route, Map<String, Map<Side, Integer>> shares) {
        Map<String, Map<Side, Integer>> wanted = new TreeMap<>(shares);
        wanted.values().removeIf(Map::isEmpty);
        if (wanted.isEmpty()) {
            return route;
        }
        Node.Mapping memo = Node.Mapping.EMPTY;
        for (var service : wanted.entrySet()) {
            Node.Mapping sides = Node.Mapping.EMPTY;
            for (var side : service.getValue().entrySet()) {
                String name =
                        side.getKey() == Side.OWN ? "stable" : side.getKey().label();
                sides = sides.with(name, side.getValue());
            }
            memo = memo.with(service.getKey(), sides);
        }
        Node.Mapping changed = changed(route, refs -> {
            boolean isOne =
                    refs.stream().anyMatch(ref -> wanted.keySet().stream().anyMatch(service -> isOf(ref, service)));
            if (!isOne) {
                return refs;
            }
            List<Node.Mapping> all = new ArrayList<>();
            for (Node.Mapping ref : refs) {
                int weight = ref.integer("weight", 1);
                Map<Side, Integer> sides = isService(ref) ? wanted.get(ref.text("name", "")) : null;
                if (sides == null) {
                    all.add(ref.with("weight", (long) weight * PARTS));
                } else {
                    sides.forEach((side, share) -> all.add(
                            ref.with("name", name(ref.text("name", ""), side)).with("weight", (long) weight * share)));
                }
            }
            return all;
        });
        return annotated(changed, Node.Text.of(Json.write(memo)));
    }

    /** As it was before it was divided. */
    public static Node.Mapping undivided(Node.Mapping route) {
        Map<String, Map<Side, Integer>> divided = of(route);
        if (divided.isEmpty()) {
            return route;
        }
        Map<String, String> parts = new LinkedHashMap<>();
        divided.forEach((service, sides) -> sides.keySet().forEach(side -> parts.put(name(service, side), service)));
        Node.Mapping changed = changed(route, refs -> {
            if (refs.stream().noneMatch(ref -> isService(ref) && parts.containsKey(ref.text("name", "")))) {
                return refs;
            }
            List<Node.Mapping> all = new ArrayList<>();
            String last = "";
            int sum = 0;
            int left = 0;
            for (Node.Mapping ref : refs) {
                String name = ref.text("name", "");
                String service = isService(ref) ? parts.get(name) : null;
                int weight = ref.integer("weight", 1);
                if (service == null) {
                    all.add(ref.with("weight", weight / PARTS));
                    last = "";
                    continue;
                }
                int sides = Objects.requireNonNull(divided.get(service)).size();
                if (service.equals(last) && left > 0) {
                    sum += weight;
                    all.removeLast();
                } else {
                    sum = weight;
                    left = sides;
                }
                left--;
                all.add(ref.with("name", service).with("weight", sum / PARTS));
                last = service;
            }
            return all;
        });
        return annotated(changed, null);
    }

    private interface Change {
        List<Node.Mapping> of(List<Node.Mapping> refs);
    }

    private static Node.Mapping changed(Node.Mapping route, Change change) {
        List<Node> rules = new ArrayList<>();
        for (Node each : route.mapping("spec").sequence("rules")) {
            if (each instanceof Node.Mapping rule && rule.get("backendRefs") instanceof Node.Sequence refs) {
                List<Node.Mapping> known = refs.elements().stream()
                        .filter(Node.Mapping.class::isInstance)
                        .map(Node.Mapping.class::cast)
                        .toList();
                rules.add(rule.with("backendRefs", new Node.Sequence(List.copyOf(change.of(known)), refs.at())));
            } else {
                rules.add(each);
            }
        }
        return route.with("spec", route.mapping("spec").with("rules", new Node.Sequence(rules, Position.NONE)));
    }

    private static Node.Mapping annotated(Node.Mapping route, Node.@Nullable Text text) {
        Node.Mapping metadata = route.mapping("metadata");
        Node.Mapping annotations = metadata.mapping("annotations");
        annotations =
                text == null ? annotations.without(Annotations.DIVIDED) : annotations.with(Annotations.DIVIDED, text);
        return route.with(
                "metadata",
                annotations.isEmpty() ? metadata.without("annotations") : metadata.with("annotations", annotations));
    }

    private static boolean isOf(Node.Mapping ref, String service) {
        return isService(ref) && ref.text("name", "").equals(service);
    }

    private static boolean isService(Node.Mapping ref) {
        return ref.text("kind", "Service").equals("Service")
                && ref.text("group", "").isEmpty();
    }

    /**
     * The Service that leads to one side.
     *
     * @param service the one that leads to all of them, as it is in the cluster
     * @param stable which of the Deployment's templates is the stable version
     */
    public static Node.Mapping service(Node.Mapping service, Side side, String stable) {
        Node.Mapping owner = service.mapping("metadata");
        Node.Mapping spec = service.mapping("spec");
        String name = owner.text("name", "");
        List<Node> ports = new ArrayList<>();
        for (Node each : spec.sequence("ports")) {
            if (each instanceof Node.Mapping port) {
                ports.add(port.without("nodePort"));
            }
        }
        Node.Mapping selector = spec.mapping("selector");
        selector = side == Side.OWN
                ? selector.with(ReplicaSets.HASH, stable)
                : selector.with(Annotations.SIDE, side.label());
        Node.Mapping metadata = Node.Mapping.EMPTY
                .with("name", name(name, side))
                .with("namespace", owner.text("namespace", ""))
                .with("labels", Node.Mapping.EMPTY.with(Annotations.SIDE, side == Side.OWN ? "stable" : side.label()))
                .with(
                        "ownerReferences",
                        new Node.Sequence(
                                List.of(Node.Mapping.EMPTY
                                        .with("apiVersion", "v1")
                                        .with("kind", "Service")
                                        .with("name", name)
                                        .with("uid", owner.text("uid", ""))),
                                Position.NONE));
        return Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Service")
                .with("metadata", metadata)
                .with(
                        "spec",
                        Node.Mapping.EMPTY
                                .with("selector", selector)
                                .with("ports", new Node.Sequence(ports, Position.NONE)));
    }
}
