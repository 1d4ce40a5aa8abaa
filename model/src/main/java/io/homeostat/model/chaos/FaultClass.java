package io.homeostat.model.chaos;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every kind of fault, in the version {@link #TABLE} of the table by which coverage is counted. A class that is added makes a new
 * version, so that a figure from before is not compared with one from after.
 */
public enum FaultClass {
    KILL("kill", On.INSTANCES),
    TERMINATE("terminate", On.INSTANCES),
    PAUSE("pause", On.INSTANCES),
    CRASH_LOOP("crashLoop", On.INSTANCES),
    CPU("cpu", On.INSTANCES),
    MEMORY("memory", On.INSTANCES),
    FILE_DESCRIPTORS("fileDescriptors", On.INSTANCES),
    IO("io", On.INSTANCES),
    DISK("disk", On.INSTANCES),
    CORDON("cordon", On.NODES),
    DRAIN("drain", On.NODES),
    TAINT("taint", On.NODES),
    NETWORK_CHAOS("networkChaos", On.MESH),
    STRESS_CHAOS("stressChaos", On.MESH),
    IO_CHAOS("ioChaos", On.MESH),
    TIME_CHAOS("timeChaos", On.MESH),
    DNS_CHAOS("dnsChaos", On.MESH),
    SCALE("scale", On.WORKLOAD),
    CONFIGURATION("configuration", On.PIPELINE),
    VERSION("version", On.PIPELINE),
    IMAGE("image", On.PIPELINE),
    LATENCY("latency", On.EDGE),
    ERROR("error", On.EDGE),
    RESET("reset", On.EDGE),
    BLACKHOLE("blackhole", On.EDGE),
    BANDWIDTH("bandwidth", On.EDGE),
    CORRUPT("corrupt", On.EDGE),
    EXTENSION("extension", On.OUTSIDE),
    GIT_UNREACHABLE("gitUnreachable", On.OUTSIDE),
    AGENT_DOWN("agentDown", On.OUTSIDE),
    ACCESS("access", On.OUTSIDE),
    PERSON("person", On.OUTSIDE),
    API_UNREACHABLE("apiUnreachable", On.OUTSIDE);

    public static final int TABLE = 5;

    /** What a kind of fault is done to. */
    public enum On {
        /** Some of a workload's instances. */
        INSTANCES,
        /** The nodes of some of a workload's instances. */
        NODES,
        /** Some of a workload's instances, by Chaos Mesh. */
        MESH,
        /** A workload as a whole. */
        WORKLOAD,
        /** A workload as a whole, by everything that a commit goes through. */
        PIPELINE,
        /** Requests from a caller to a callee. */
        EDGE,
        /** What the target does not do itself. It is no part of the surface. */
        OUTSIDE
    }

    private final String word;
    private final On on;

    FaultClass(String word, On on) {
        this.word = word;
        this.on = on;
    }

    public On on() {
        return on;
    }

    /** Done to requests from a caller to a callee; otherwise to a workload or instances of it, or outside. */
    public boolean isOnEdge() {
        return on == On.EDGE;
    }

    /** Whether it is done to what runs here, and so part of the surface. */
    public boolean isOnSurface() {
        return on != On.OUTSIDE;
    }

    /** As documents have it. */
    public String word() {
        return word;
    }

    /** @return null when there is none of that name */
    public static @Nullable FaultClass of(String word) {
        return Stream.of(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    public static List<FaultClass> ofWorkloads() {
        return Stream.of(values())
                .filter(each -> !each.isOnEdge() && each.on() != On.OUTSIDE)
                .toList();
    }

    /** Those that Chaos Mesh does, where it is installed. */
    public static List<FaultClass> ofChaosMesh() {
        return Stream.of(values()).filter(each -> each.on() == On.MESH).toList();
    }

    public static List<FaultClass> ofEdges() {
        return Stream.of(values()).filter(FaultClass::isOnEdge).toList();
    }
}
