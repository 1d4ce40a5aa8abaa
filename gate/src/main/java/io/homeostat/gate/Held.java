package io.homeostat.gate;

/** A connection that something may want to end: because its backend is gone and had its time, or its listener. */
interface Held {

    /** Ends it now; to be called from anywhere, any number of times. */
    void end();
}
