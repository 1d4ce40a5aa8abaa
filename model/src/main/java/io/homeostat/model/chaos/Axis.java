package io.homeostat.model.chaos;

import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What there can be more or less of in a fault. */
public enum Axis {
    /** Milliseconds that requests wait. */
    LATENCY("ms"),
    /** Percent of an edge's requests. */
    REQUESTS("%"),
    /** Percent of a workload's instances. */
    INSTANCES("%"),
    /** Percent of the time that busy processes beside each instance are busy. */
    LOAD("%"),
    /** Busy processes beside each instance. */
    CPU("workers"),
    /** Mebibytes taken beside each instance. */
    MEMORY("MiB"),
    /** Bytes of each response in a second: less of it is harder. */
    BANDWIDTH("B/s");

    private final String unit;

    Axis(String unit) {
        this.unit = unit;
    }

    public String unit() {
        return unit;
    }

    /** The harder, the smaller. */
    public boolean falls() {
        return this == BANDWIDTH;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @return null when there is none of that name */
    public static @Nullable Axis of(String word) {
        return Stream.of(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    /** The largest number that means something on it. */
    public double most() {
        return switch (this) {
            case LATENCY -> Duration.ofDays(1).toMillis();
            case REQUESTS, INSTANCES, LOAD -> 100;
            case CPU -> 64;
            case MEMORY -> 65_536;
            case BANDWIDTH -> Integer.MAX_VALUE;
        };
    }

    /** The next magnitude that can be done: everything but shares of requests comes in whole numbers. */
    public double round(double magnitude) {
        return this == REQUESTS ? Math.rint(magnitude * 100) / 100 : Math.rint(magnitude);
    }

    /** How much of it a fault has; NaN when it has none, or says it in another way. */
    public double of(Experiment.Fault fault) {
        return switch (this) {
            case LATENCY ->
                fault.effect() instanceof Effect.Latency latency
                        ? latency.mean().toMillis()
                        : Double.NaN;
            case REQUESTS -> fault.aim() instanceof Aim.Edge edge ? edge.percent() : Double.NaN;
            case INSTANCES ->
                fault.aim() instanceof Aim.Instances instances && instances.percent() > 0
                        ? instances.percent()
                        : Double.NaN;
            case LOAD -> fault.effect() instanceof Effect.Cpu cpu ? cpu.percent() : Double.NaN;
            case CPU -> fault.effect() instanceof Effect.Cpu cpu ? cpu.workers() : Double.NaN;
            case MEMORY -> fault.effect() instanceof Effect.Memory memory ? memory.mebibytes() : Double.NaN;
            case BANDWIDTH ->
                fault.effect() instanceof Effect.Bandwidth bandwidth ? bandwidth.bytesPerSecond() : Double.NaN;
        };
    }

    /** The same fault with so much of it; one that has nothing on this axis stays as it is. */
    public Experiment.Fault with(Experiment.Fault fault, double magnitude) {
        if (Double.isNaN(of(fault))) {
            return fault;
        }
        Aim aim = switch (fault.aim()) {
            case Aim.Edge edge
            when this == REQUESTS -> new Aim.Edge(edge.caller(), edge.callee(), edge.requests(), magnitude);
            case Aim.Instances instances
            when this == INSTANCES ->
                new Aim.Instances(instances.workload(), 0, (int) magnitude, instances.container());
            default -> fault.aim();
        };
        Effect effect = switch (fault.effect()) {
            case Effect.Latency latency
            when this == LATENCY -> {
                Duration mean = Duration.ofMillis((long) magnitude);
                Duration jitter = latency.jitter();
                yield new Effect.Latency(mean, jitter.compareTo(mean) > 0 ? mean : jitter);
            }
            case Effect.Cpu cpu when this == LOAD -> new Effect.Cpu(cpu.workers(), (int) magnitude);
            case Effect.Cpu cpu when this == CPU -> new Effect.Cpu((int) magnitude, cpu.percent());
            case Effect.Memory _ when this == MEMORY -> new Effect.Memory((int) magnitude);
            case Effect.Bandwidth _ when this == BANDWIDTH -> new Effect.Bandwidth((long) magnitude);
            default -> fault.effect();
        };
        return new Experiment.Fault(fault.id(), aim, effect, fault.after(), fault.lasts());
    }
}
