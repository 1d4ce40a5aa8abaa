package io.homeostat.target.local.controllers;

import io.homeostat.target.local.control.Member;
import io.homeostat.target.local.objects.StoredObject;
import io.homeostat.target.local.pod.Kubelet;
import io.homeostat.target.local.pod.Pod;
import io.homeostat.target.local.pod.Version;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes, finds and ends the instances of one object. */
final class Pods {

    private final World world;
    private final StoredObject owner;

    Pods(World world, StoredObject owner) {
        this.world = world;
        this.owner = owner;
    }

    /** Those of the owner's present life. */
    List<Kubelet.View> views() {
        return world.kubelet().of(owner.key()).stream()
                .filter(view -> view.pod().ownerUid().equals(owner.uid()))
                .toList();
    }

    List<Member> members() {
        return views().stream().map(Kubelet.View::member).toList();
    }

    /** Ends what an earlier life of the owner left. */
    void endStrangers() {
        for (Kubelet.View view : world.kubelet().of(owner.key())) {
            if (!view.pod().ownerUid().equals(owner.uid())) {
                stop(view.pod().name(), owner.key() + " was replaced");
            }
        }
    }

    void create(Version version, String name, int ordinal, List<String> claims) throws IOException {
        create(new Pod(
                owner.key().namespace(),
                name,
                uid(),
                owner.key(),
                owner.uid(),
                owner.application(),
                version.digest(),
                ordinal,
                world.now(),
                version.template(),
                version.variables(),
                owner.images(),
                claims));
    }

    /** One more of a version of which one is there still. */
    void createLike(Pod like, String name, int ordinal) throws IOException {
        create(new Pod(
                like.namespace(),
                name,
                uid(),
                like.owner(),
                like.ownerUid(),
                owner.application(),
                like.digest(),
                ordinal,
                world.now(),
                like.template(),
                like.variables(),
                like.images(),
                like.claims()));
    }

    private void create(Pod pod) throws IOException {
        world.kubelet().create(pod);
    }

    /** An instance of a version, if one is there. */
    @Nullable
    Pod anyOf(String digest) {
        return views().stream()
                .map(Kubelet.View::pod)
                .filter(pod -> pod.digest().equals(digest))
                .findFirst()
                .orElse(null);
    }

    /** The smallest number from 1 whose name nobody has. */
    int freeNumber(String prefix) {
        int number = 1;
        while (world.kubelet().has(owner.key().namespace(), prefix + number)) {
            number++;
        }
        return number;
    }

    void stop(String name, String reason) {
        world.kubelet().delete(owner.key().namespace(), name, reason);
    }

    private static String uid() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
