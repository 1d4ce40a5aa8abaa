package io.homeostat.target.local;

import io.homeostat.converge.Target.Evidence;
import io.homeostat.converge.Traffic;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.controllers.Deployments;
import io.homeostat.target.local.objects.StoredObject;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two versions of a Deployment side by side on this machine: the controller keeps them, the gate divides the traffic. */
final class LocalTraffic implements Traffic {

    private final Machine machine;

    LocalTraffic(Machine machine) {
        this.machine = machine;
    }

    @Override
    public void split(ObjectKey workload, @Nullable Split split) throws IOException {
        machine.loop().call(() -> {
            StoredObject object = machine.objects().get(workload);
            if (object != null && machine.keeper().deployments().split(object, split)) {
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
                boolean inEffect) {}
        EvidenceOf evidence =
                new EvidenceOf(machine.processes(), machine.clock().instant());
        Looked looked = machine.loop().call(() -> {
            StoredObject object = machine.objects().get(workload);
            Deployments.Both both = object == null || object.deleting()
                    ? null
                    : machine.keeper().deployments().both(object);
            return both == null
                    ? new Looked(null, List.of(), List.of(), true)
                    : new Looked(
                            both,
                            evidence.findings(Node.Mapping.EMPTY, both.stable().views()),
                            evidence.findings(Node.Mapping.EMPTY, both.canary().views()),
                            machine.services().routed().isDone());
        });
        Deployments.Both both = looked.both();
        return both == null
                ? null
                : new Arms(
                        arm(both.stable(), evidence.read(looked.stable())),
                        arm(both.canary(), evidence.read(looked.canary())),
                        both.split(),
                        looked.inEffect());
    }

    private static Arm arm(Deployments.Side side, List<Evidence> symptoms) {
        return new Arm(side.version(), side.wanted(), side.available(), symptoms);
    }
}
