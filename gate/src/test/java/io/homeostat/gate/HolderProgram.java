package io.homeostat.gate;

import io.homeostat.gate.control.Fault;
import io.homeostat.gate.control.GateClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Stands for an agent that experiments: it holds a fault, says so, and renews it until it is killed. */
final class HolderProgram {

    private HolderProgram() {}

    /** @param args the gate's directory, the callee, and the heartbeat in milliseconds */
    public static void main(String[] args) throws Exception {
        GateClient gate = new GateClient(Path.of(args[0]));
        Duration heartbeat = Duration.ofMillis(Long.parseLong(args[2]));
        // What was once let go stays reverted: each holder's fault is another one.
        String id = "of-" + ProcessHandle.current().pid();
        Fault fault = new Fault(id, Fault.ANY, args[1], 1, new Fault.Effect.Abort(418), Duration.ofMinutes(5));
        while (true) {
            gate.hold("holder", heartbeat, List.of(fault));
            System.out.println("held");
            LockSupport.parkNanos(heartbeat.toNanos() / 4);
        }
    }
}
