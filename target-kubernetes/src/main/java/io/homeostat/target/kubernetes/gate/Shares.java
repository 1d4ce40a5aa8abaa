package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Routing;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout.Match;
import io.homeostat.target.kubernetes.versions.Ordinals;
import io.homeostat.target.kubernetes.versions.Standing;
import io.homeostat.target.kubernetes.versions.Standing.Side;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the traffic of one Service is divided among the versions behind it. Pure. */
final class Shares {

    private Shares() {}

    /**
     * Evenly, where no workload behind it stands in two versions. Where there are several workloads, each has as much as it has
     * instances beside those of its canary.
     *
     * @param pods behind the Service
     * @param standings of the workloads that they are of; those with one version are missing
     */
    static Routing of(Collection<Workloads.Pod> pods, Map<ObjectKey, Standing> standings) {
        Map<ObjectKey, List<Workloads.Pod>> workloads = new TreeMap<>();
        pods.forEach(pod -> workloads
                .computeIfAbsent(pod.owner(), first -> new ArrayList<>())
                .add(pod));
        Standing divided = standings.values().stream()
                .filter(each -> each.share(Side.CANARY).isPresent())
                .findFirst()
                .orElse(null);
        if (divided == null) {
            return Routing.EVEN;
        }
        Map<String, Integer> weights = new LinkedHashMap<>();
        List<Routing.Rule> rules = new ArrayList<>();
        workloads.forEach((workload, own) -> {
            Standing standing = standings.get(workload);
            long size = own.stream().filter(pod -> pod.side() == Side.OWN).count();
            int times = workloads.size() == 1 ? 1 : Math.clamp(size, 1, 1000);
            for (Workloads.Pod pod : own) {
                int share = standing == null ? 100 : share(standing, pod);
                weights.merge(pod.version(), share * times, Math::max);
                if (standing != null && pod.side(standing) == Side.CANARY) {
                    rules(standing, pod.version(), rules);
                }
            }
        });
        Routing routing = new Routing(weights, rules, affinity(divided.split().affinity()));
        String canary = pods.stream()
                .filter(pod -> pod.side(divided) == Side.CANARY && divided.equals(standings.get(pod.owner())))
                .map(Workloads.Pod::version)
                .findFirst()
                .orElse("");
        int mirror = divided.split().mirror();
        return mirror > 0 && !canary.isEmpty() ? routing.mirroredTo(canary, mirror / 100.0) : routing;
    }

    /** An own pod of neither version is left over from before. */
    private static int share(Standing standing, Workloads.Pod pod) {
        Side side = pod.side(standing);
        boolean isLeftOver = side == Side.OWN && !pod.version().equals(standing.stable());
        return isLeftOver ? 0 : standing.share(side).orElse(100);
    }

    /** Whether a pod gets traffic at all. */
    static boolean carries(Workloads.Pod pod, Map<ObjectKey, Standing> standings) {
        Standing standing = standings.get(pod.owner());
        return standing == null || standing.carries(pod.side(standing), pod.version());
    }

    /**
     * How workloads stand, as far as traffic follows from it: of a StatefulSet of which no pod of the stable version is ready, every
     * pod keeps its traffic, as there is none that could have it instead.
     *
     * @param ready pods behind the Service that may answer
     */
    static Map<ObjectKey, Standing> followed(Map<ObjectKey, Standing> standings, Collection<Workloads.Pod> ready) {
        Map<ObjectKey, Standing> followed = new TreeMap<>(standings);
        followed.entrySet()
                .removeIf(each -> Ordinals.has(each.getKey())
                        && ready.stream()
                                .noneMatch(pod -> pod.owner().equals(each.getKey())
                                        && pod.version().equals(each.getValue().stable())));
        return followed;
    }

    private static void rules(Standing standing, String version, List<Routing.Rule> into) {
        for (Match match : standing.split().matches()) {
            Routing.Rule rule = new Routing.Rule(part(match), match.name(), match.value(), version);
            if (!into.contains(rule)) {
                into.add(rule);
            }
        }
    }

    private static Routing.Affinity affinity(@Nullable Match match) {
        return match == null ? Routing.Affinity.NONE : new Routing.Affinity(part(match), match.name());
    }

    private static Routing.Part part(Match match) {
        return match.cookie() ? Routing.Part.COOKIE : Routing.Part.HEADER;
    }
}
