package io.homeostat.target.local;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic;
import io.homeostat.gate.control.Counters;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.controllers.Deployments;
import io.homeostat.target.local.objects.StoredObject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two versions of a workload side by side on this machine: the controller keeps them, the gate divides the traffic. */
final class LocalTraffic implements Traffic {

    private final Machine machine;

    LocalTraffic(Machine machine) {
        this.machine = machine;
    }

    @Override
    public void split(ObjectKey workload, @Nullable Split split) throws IOException {
        machine.loop().call(() -> {
            StoredObject object = machine.objects().get(workload);
            if (object != null && machine.keeper().split(object, split)) {
                machine.keeper().dirty(workload);
                machine.keeper().drain();
            }
            return true;
        });
    }

    @Override
    public @Nullable Arms arms(ObjectKey workload) throws IOException {
        record Looked(
                Deployments.@Nullable Both both,
                List<EvidenceOf.Finding> stable,
                List<EvidenceOf.Finding> canary,
                Set<String> services,
                boolean inEffect) {}
        EvidenceOf evidence =
                new EvidenceOf(machine.processes(), machine.clock().instant());
        Looked looked = machine.loop().call(() -> {
            StoredObject object = machine.objects().get(workload);
            Deployments.Both both = object == null || object.deleting()
                    ? null
                    : machine.keeper().both(object);
            return both == null
                    ? new Looked(null, List.of(), List.of(), Set.of(), true)
                    : new Looked(
                            both,
                            evidence.findings(Node.Mapping.EMPTY, both.stable().views()),
                            evidence.findings(
                                    waiting(both.missing()), both.canary().views()),
                            machine.services().of(workload),
                            machine.services().routed().isDone() && isThere(both.baseline()));
        });
        Deployments.Both both = looked.both();
        if (both == null) {
            return null;
        }
        Counters counters =
                looked.services().isEmpty() ? null : machine.gate().counters().orElse(null);
        Deployments.Side baseline = both.baseline();
        return new Arms(
                arm(both.stable(), "", counters, looked.services(), evidence.read(looked.stable())),
                arm(both.canary(), "", counters, looked.services(), evidence.read(looked.canary())),
                baseline == null ? null : arm(baseline, "-baseline", counters, looked.services(), List.of()),
                both.split(),
                looked.inEffect());
    }

    /** None of its instances says what it waits for: there is none. */
    private static Node.Mapping waiting(List<String> missing) {
        return missing.isEmpty() ? Node.Mapping.EMPTY : Node.Mapping.EMPTY.with("message", String.join(", ", missing));
    }

    private static boolean isThere(Deployments.@Nullable Side baseline) {
        return baseline == null || baseline.available() >= baseline.wanted();
    }

    private static Arm arm(
            Deployments.Side side,
            String kind,
            @Nullable Counters counters,
            Set<String> services,
            List<Evidence> symptoms) {
        return new Arm(
                side.version(),
                side.wanted(),
                side.available(),
                side.crashes(),
                counters == null ? null : tally(counters, services, side.version() + kind),
                symptoms);
    }

    private static Tally tally(Counters counters, Set<String> services, String version) {
        Counters.Account account = counters.account(services, version);
        return new Tally(counters.run(), account.requests(), account.failed(), account.micros());
    }
}
