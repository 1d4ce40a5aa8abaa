package io.homeostat.deliver.recorded;

import java.util.List;

/**
 * What one arm did at one time.
 *
 * @param seconds when, since any fixed moment
 * @param arm its name
 * @param requests from 0 on
 * @param errors how many of them failed
 * @param latencies in seconds; may be fewer than there were requests
 */
public record Row(double seconds, String arm, double requests, double errors, List<Double> latencies) {}
