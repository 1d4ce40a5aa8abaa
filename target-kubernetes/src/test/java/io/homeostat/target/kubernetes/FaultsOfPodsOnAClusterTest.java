package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.converge.Faults.Victim;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods are killed, ended, and killed again and again; others of the same workload are not touched, and all is as before. */
@Tag("cluster")
class FaultsOfPodsOnAClusterTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey web = new ObjectKey("apps", "Deployment", "", "web");

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory, "pods");
        web = new ObjectKey("apps", "Deployment", lab.namespace, "web");
        lab.write("apps/shop/web.yaml", deployment("web", "{app: web}", 3));
        lab.write("apps/shop/calm.yaml", deployment("calm", "{app: calm, homeostat.io/chaos: 'off'}", 1));
        lab.start();
        lab.converge("default");
    }

    private static String deployment(String name, String labels, int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: NS}
                spec:
                  replicas: %3$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: %2$s}
                    spec:
                      terminationGracePeriodSeconds: 2
                      containers:
                        - {name: main, image: "localhost/busybox:1", command: [sleep, "3600"]}
                """.formatted(name, labels, replicas);
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private State held(String holder, Fault fault) throws IOException {
        return lab.target().faults().hold(holder, HEARTBEAT, List.of(fault)).stream()
                .findFirst()
                .orElse(new State(fault.id(), false, false, ""));
    }

    /** Who is asked may take longer to say no than a heartbeat leaves: the next call brings it. */
    private ThrowableAssert.ThrowingCallable refused(String holder, Fault fault) {
        return () -> lab.await("a refusal", () -> {
            State state = held(holder, fault);
            return state.inForce() || state.observed();
        });
    }

    private Set<String> ready() throws IOException {
        Set<String> ready = new HashSet<>();
        for (Victim victim : lab.target().faults().instances(web)) {
            if (victim.ready()) {
                ready.add(victim.name());
            }
        }
        return ready;
    }

    private static Fault fault(ObjectKey workload, String pod, Effect effect) {
        return new Fault("f-1", new Place.OnInstance(workload, pod), effect, Duration.ofMinutes(5));
    }

    @Test
    void onePodIsKilledOrEndedAndTheOthersStay() throws Exception {
        for (Effect effect : List.of(new Effect.Kill(), new Effect.Terminate())) {
            Set<String> before = ready();
            assertThat(before).hasSize(3);
            String victim = before.iterator().next();
            Fault fault = fault(web, victim, effect);
            String holder = "run-" + effect.faultClass().word();
            lab.await("the pod to be gone", () -> held(holder, fault).observed());
            assertThat(held(holder, fault).inForce()).as("it is over at once").isFalse();
            lab.await("another in its place", () -> ready().size() == 3);
            Set<String> kept = new HashSet<>(before);
            kept.retainAll(ready());
            assertThat(kept).as("the others").hasSize(2).doesNotContain(victim);
            assertThat(lab.target().faults().hold(holder, HEARTBEAT, List.of())).isEmpty();
        }
    }

    @Test
    void aPodThatComesInThePlaceOfAKilledOneIsKilledToo() throws Exception {
        Set<String> before = ready();
        String victim = before.iterator().next();
        Fault fault = fault(web, victim, new Effect.CrashLoop(Duration.ofMillis(500)));
        lab.await("three kills", () -> held("loop", fault).seen().matches("it was killed ([3-9]|[0-9]{2,}) times"));
        assertThat(held("loop", fault).inForce()).isTrue();
        Set<String> kept = new HashSet<>(before);
        kept.retainAll(ready());
        assertThat(kept).as("the others live on").hasSize(2).doesNotContain(victim);
        lab.target().faults().hold("loop", HEARTBEAT, List.of());
        lab.await("all of them again", () -> ready().size() == 3);
    }

    @Test
    void aPodThatOptedOutAndOneThatIsNotThereAreRefused() throws Exception {
        ObjectKey calm = new ObjectKey("apps", "Deployment", lab.namespace, "calm");
        String pod = lab.target().faults().instances(calm).getFirst().name();
        assertThatThrownBy(refused("no", fault(calm, pod, new Effect.Kill())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has opted out: its label homeostat.io/chaos says so");
        assertThat(lab.target().faults().instances(calm).getFirst().name()).isEqualTo(pod);
        assertThatThrownBy(refused("none", fault(web, "web-none", new Effect.Kill())))
                .hasMessageContaining("web-none does not run now");
    }
}
