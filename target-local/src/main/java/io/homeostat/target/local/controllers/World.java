package io.homeostat.target.local.controllers;

import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.objects.Memo;
import io.homeostat.target.local.objects.ObjectStore;
import io.homeostat.target.local.pod.Configs;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.runtime.Reports;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/**
 * What controllers work with.
 *
 * @param salt of this machine, for digests of versions
 * @param wake asks to be asked again about an object at a time
 */
public record World(
        InstantSource clock,
        ObjectStore objects,
        Memo memo,
        Kubelet kubelet,
        Configs configs,
        String salt,
        Reports reports,
        BiConsumer<ObjectKey, Instant> wake) {

    Instant now() {
        return clock.instant();
    }
}
