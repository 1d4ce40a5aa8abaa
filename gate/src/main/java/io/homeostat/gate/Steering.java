package io.homeostat.gate;

/** What is told to the gate beside its configuration, by whoever rolls out or experiments. */
record Steering(Routings routings, Leases leases) {}
