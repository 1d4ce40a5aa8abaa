package io.homeostat.model.slo;

import io.homeostat.model.Node;
import io.homeostat.model.Position;

/**
 * One question to one source.
 *
 * @param type what is asked, in small letters: {@code homeostat}, {@code prometheus}, {@code http}, {@code process}
 * @param connection how the source is reached; empty where the question says it all
 * @param spec the question
 */
public record Metric(String type, Node.Mapping connection, Node.Mapping spec, Position at) {

    /** Types that are asked. Everything else gives no data. */
    public static final String GATE = "homeostat";

    public static final String PROMETHEUS = "prometheus";
    public static final String HTTP = "http";
    public static final String PROCESS = "process";
}
