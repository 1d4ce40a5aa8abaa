package io.homeostat.chaos;

import io.homeostat.chaos.ChaosFacts.Target;
import io.homeostat.converge.Faults.Call;
import io.homeostat.model.chaos.FaultClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What there is to be exercised: every workload and every directed edge, each with its weight and with what cannot be done to it. Pure.
 *
 * <p>The weight is what the tier says times the share of the traffic. Of a workload that is the share of all requests that begin
 * or end at it; where nobody has called at all, and for a workload that no call concerns, each counts alike.
 */
final class Surface {

    private Surface() {}

    /**
     * @param classes what this target can do
     * @param refuses what it refuses of a workload for good
     * @param objection why nothing can be done to calls of a Service; null when something can
     */
    static List<Target> of(
            Map<String, Surroundings.Component> components,
            List<Call> calls,
            Set<FaultClass> classes,
            Applicability.Target refuses,
            Function<String, @Nullable String> objection) {
        Map<String, Long> requests = new TreeMap<>();
        Map<String, Boolean> declared = new HashMap<>();
        Map<String, Long> byComponent = new HashMap<>();
        long all = 0;
        for (Call call : calls) {
            String edge = Run.edge(call.caller(), call.callee());
            requests.merge(edge, call.requests(), Long::sum);
            declared.merge(edge, call.declared(), Boolean::logicalOr);
            all += call.requests();
            byComponent.merge(call.caller(), call.requests(), Long::sum);
            for (String behind : behind(call.callee(), components)) {
                byComponent.merge(behind, call.requests(), Long::sum);
            }
        }
        List<Target> targets = new ArrayList<>();
        long workloads =
                components.values().stream().filter(Surface::isWorkload).count();
        double alike = 1.0 / Math.max(1, workloads + requests.size());
        for (Map.Entry<String, Surroundings.Component> each : new TreeMap<>(components).entrySet()) {
            Surroundings.Component component = each.getValue();
            if (isWorkload(component)) {
                Long own = byComponent.get(each.getKey());
                double share = all == 0 ? 1 : own == null || own == 0 ? alike : own / (double) all;
                targets.add(new Target(
                        each.getKey(),
                        false,
                        true,
                        component.tier() * share,
                        digest(each.getKey(), components),
                        without(component, classes, refuses)));
            }
        }
        for (Map.Entry<String, Long> each : requests.entrySet()) {
            double share = all == 0 ? 1 : Math.max(each.getValue() / (double) all, alike / 10);
            targets.add(new Target(
                    each.getKey(),
                    true,
                    declared.getOrDefault(each.getKey(), false),
                    tier(each.getKey(), components) * share,
                    digest(each.getKey(), components),
                    withoutCalls(objection.apply(callee(each.getKey())), classes)));
        }
        return List.copyOf(targets);
    }

    /** What this target can do to others and not to this one, with the reason. */
    private static Map<String, String> without(
            Surroundings.Component component, Set<FaultClass> classes, Applicability.Target refuses) {
        Map<String, String> without = new TreeMap<>();
        for (FaultClass each : FaultClass.ofWorkloads()) {
            String reason = classes.contains(each) ? Applicability.without(component, each, refuses) : null;
            if (reason != null) {
                without.put(each.word(), reason);
            }
        }
        return without;
    }

    private static Map<String, String> withoutCalls(@Nullable String objection, Set<FaultClass> classes) {
        Map<String, String> without = new TreeMap<>();
        if (objection != null) {
            FaultClass.ofEdges().stream()
                    .filter(classes::contains)
                    .forEach(each -> without.put(each.word(), objection));
        }
        return without;
    }

    private static String callee(String edge) {
        return edge.substring(edge.indexOf(" → ") + 3);
    }

    /** Whether it is worth writing down anew: something came, went or changed, or weighs a tenth of everything more or less. */
    static boolean differs(List<Target> before, List<Target> now) {
        if (before.size() != now.size()) {
            return true;
        }
        double all = now.stream().mapToDouble(Target::weight).sum();
        for (int i = 0; i < now.size(); i++) {
            Target one = before.get(i);
            Target other = now.get(i);
            if (!one.name().equals(other.name())
                    || !one.digest().equals(other.digest())
                    || one.declared() != other.declared()
                    || !one.without().equals(other.without())
                    || Math.abs(one.weight() - other.weight()) > all / 10) {
                return true;
            }
        }
        return false;
    }

    static boolean isWorkload(Surroundings.Component component) {
        String kind = component.key().kind();
        return kind.equals("Deployment") || kind.equals("StatefulSet");
    }

    /** The workloads behind a Service. */
    private static List<String> behind(String service, Map<String, Surroundings.Component> components) {
        return components.values().stream()
                .filter(component -> isWorkload(component) && component.serves().contains(service))
                .map(component -> component.key().toString())
                .toList();
    }

    /** Of an edge that of who is called: it is what is lost. */
    private static double tier(String edge, Map<String, Surroundings.Component> components) {
        return behind(callee(edge), components).stream()
                .mapToDouble(name ->
                        components.get(name) == null ? 1 : components.get(name).tier())
                .max()
                .orElse(1);
    }

    /** What a workload, or both ends of an edge, were declared as: another digest, another thing. */
    static String digest(String target, Map<String, Surroundings.Component> components) {
        int arrow = target.indexOf(" → ");
        if (arrow < 0) {
            return brief(target, components);
        }
        StringBuilder both = new StringBuilder(brief(target.substring(0, arrow), components));
        for (String behind : behind(target.substring(arrow + 3), components)) {
            both.append('+').append(brief(behind, components));
        }
        return both.toString();
    }

    private static String brief(String component, Map<String, Surroundings.Component> components) {
        Surroundings.Component known = components.get(component);
        String digest = known == null ? "" : known.digest();
        return digest.length() > 12 ? digest.substring(0, 12) : digest;
    }
}
