package io.homeostat.gate.control;

import io.homeostat.gate.control.Fault.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with faults, as sentences; pure. */
public final class FaultCheck {

    private static final Duration DAY = Duration.ofDays(1);

    private FaultCheck() {}

    public static List<String> problems(Duration heartbeat, List<Fault> faults) {
        List<String> problems = new ArrayList<>();
        if (heartbeat.toMillis() < 1 || heartbeat.compareTo(Duration.ofHours(1)) > 0) {
            problems.add("heartbeat is " + heartbeat.toMillis() + " ms, expected 1 ms to an hour");
        }
        Set<String> ids = new HashSet<>();
        for (Fault fault : faults) {
            String who = "fault " + fault.id() + ": ";
            if (!ids.add(fault.id())) {
                problems.add(who + "it is named twice");
            }
            if (!(fault.share() > 0 && fault.share() <= 1)) {
                problems.add(who + "share is " + fault.share() + ", expected more than 0, at most 1");
            }
            if (fault.lasts().toMillis() < 1 || fault.lasts().compareTo(DAY) > 0) {
                problems.add(who + "lasts " + fault.lasts().toMillis() + " ms, expected 1 ms to a day");
            }
            String effect = effect(fault.effect());
            if (!effect.isEmpty()) {
                problems.add(who + effect);
            }
        }
        return problems;
    }

    private static String effect(Effect effect) {
        return switch (effect) {
            case Effect.Latency latency
            when latency.mean().isNegative()
                    || latency.mean().compareTo(DAY) > 0
                    || latency.jitter().isNegative()
                    || latency.jitter().compareTo(latency.mean()) > 0 ->
                "latency is 0 to a day, and its jitter no more than that";
            case Effect.Abort abort
            when abort.status() < 400 || abort.status() > 599 ->
                "status is " + abort.status() + ", expected 400 to 599";
            case Effect.Bandwidth bandwidth
            when bandwidth.bytesPerSecond() < 1 ->
                "bytesPerSecond is " + bandwidth.bytesPerSecond() + ", expected 1 or more";
            default -> "";
        };
    }
}
