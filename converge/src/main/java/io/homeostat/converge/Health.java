package io.homeostat.converge;

/**
 * How an object or an application is, in Kubernetes' own meaning.
 *
 * @param message one sentence: what is awaited or what is wrong
 */
public record Health(Status status, String message) {

    /** Ordered from best to worst. */
    public enum Status {
        HEALTHY,
        PROGRESSING,
        UNKNOWN,
        DEGRADED
    }
}
