package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records, renewals and undoing, whoever else writes the records and whichever answers are lost. */
class LeasedFaultsTest {

    private static final String OWN = "/api/v1/namespaces/own/configmaps";
    private static final String WEB = "/apis/apps/v1/namespaces/shop/deployments/web";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/own/leases";

    private FakeApi api;
    private ApiServer server;
    private LeasedFaults faults;
    private final AtomicInteger beats = new AtomicInteger();

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        api = new FakeApi(directory);
        server = api.server();
        api.put(WEB, "{\"spec\": {\"replicas\": 3}}");
        api.put(LEASES + "/homeostat-undoer", "{}");
        // Somebody is there to undo: the Lease changes all the time.
        api.before = () -> {
            try {
                api.put(LEASES + "/homeostat-undoer", "{\"spec\": {\"beat\": " + beats.incrementAndGet() + "}}");
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        };
        faults = new LeasedFaults(
                server.beside(1000, 100, Duration.ofSeconds(2)), "own", "test", (holder, fault, all) -> new Scaled());
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    private final class Scaled implements LeasedFaults.Deed {
        @Override
        public List<Undo> undo() {
            return List.of(new Undo.Replicas(WEB, 1, 3));
        }

        @Override
        public void begin() throws IOException {
            Node.Mapping spec = Node.Mapping.EMPTY.with("replicas", 1);
            server.beside(1000, 100, Duration.ofSeconds(1))
                    .call(Request.merge(WEB, Node.Mapping.EMPTY.with("spec", spec)));
        }

        @Override
        public @Nullable String look() {
            return replicas() == 1 ? "one" : null;
        }
    }

    private static Fault fault(Duration lasts) {
        ObjectKey web = new ObjectKey("apps", "Deployment", "shop", "web");
        return new Fault("scale-1", new Place.OnWorkload(web), new Effect.Scale(1), lasts);
    }

    private State held() throws IOException {
        return faults.hold("run", List.of(fault(Duration.ofMinutes(5)))).getFirst();
    }

    private int replicas() {
        return api.get(WEB).mapping("spec").integer("replicas", 0);
    }

    private String record() {
        return OWN + "/" + FaultRecord.name("test", "run", "scale-1");
    }

    /** As an agent that renews it would. */
    private void changeRecord() {
        try {
            api.put(record(), Json.write(api.get(record())));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Test
    void whatIsDoneThoughItsAnswerWasLostIsUndone() throws IOException {
        api.losesAnswer = request -> request.equals("PATCH " + WEB);
        assertThatThrownBy(this::held).isInstanceOf(IOException.class);
        api.losesAnswer = request -> false;
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.below(OWN)).isEmpty();
    }

    @Test
    void aRecordWhoseAnswerWasLostIsOurs() throws IOException {
        api.losesAnswer = request -> request.startsWith("POST ");
        assertThatThrownBy(this::held).isInstanceOf(IOException.class);
        assertThat(replicas())
                .as("nothing is done that may not be written down")
                .isEqualTo(3);
        api.losesAnswer = request -> false;
        assertThat(held().observed()).isTrue();
        assertThat(faults.hold("run", List.of())).isEmpty();
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.below(OWN)).isEmpty();
    }

    @Test
    void aRecordThatSomebodyTookAwayIsNoReasonToLeaveItSo() throws IOException {
        assertThat(held().inForce()).isTrue();
        api.remove(record());
        assertThat(faults.hold("run", List.of())).isEmpty();
        assertThat(replicas()).isEqualTo(3);
    }

    @Test
    void whatIsRenewedBySomebodyElseMeanwhileIsGivenUpAllTheSame() throws IOException {
        assertThat(held().inForce()).isTrue();
        AtomicInteger races = new AtomicInteger(3);
        api.before = () -> {
            if (races.getAndDecrement() > 0) {
                changeRecord();
            }
        };
        assertThat(faults.hold("run", List.of())).isEmpty();
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.below(OWN)).isEmpty();
    }

    @Test
    void releaseLeavesWhatHasBegunSinceItLooked() throws IOException {
        assertThat(held().inForce()).isTrue();
        AtomicBoolean isTaken = new AtomicBoolean();
        List<Boolean> asked = new ArrayList<>();
        api.before = () -> {
            // The list is read, and before it is given up, somebody changes it and says that it is his.
            if (!asked.isEmpty() && isTaken.compareAndSet(false, true)) {
                changeRecord();
            }
        };
        faults.release(() -> {
            asked.add(true);
            return isTaken.get() ? Set.of("run") : Set.of();
        });
        assertThat(asked).hasSizeGreaterThan(1);
        assertThat(replicas()).isEqualTo(1);
        assertThat(api.below(OWN)).hasSize(1);
        faults.release(Set::of);
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.below(OWN)).isEmpty();
    }

    @Test
    void oneThatCannotBeReadKeepsNoOtherFromBeingReleased() throws IOException {
        assertThat(held().inForce()).isTrue();
        api.put(OWN + "/fault-0", "{\"data\": {\"undo\": \"[{\\\"what\\\": \\\"of another time\\\"}]\"}}");
        assertThatThrownBy(() -> faults.release(Set::of)).hasMessageContaining("newer version of homeostat");
        assertThat(replicas()).isEqualTo(3);
        assertThat(api.below(OWN)).hasSize(1);
    }

    @Test
    void aRenewalThatFailsIsToleratedUntilTheLeaseIsOver() throws IOException {
        assertThat(held().inForce()).isTrue();
        api.hangs = request -> request.startsWith("PUT ");
        long begun = System.nanoTime();
        IOException lapsed = null;
        int tolerated = 0;
        while (lapsed == null
                && System.nanoTime() - begun < Duration.ofSeconds(60).toNanos()) {
            try {
                assertThat(held().inForce()).isTrue();
                tolerated++;
            } catch (IOException over) {
                lapsed = over;
            }
        }
        assertThat(tolerated).isPositive();
        assertThat(lapsed).hasMessageContaining("could not be renewed for 4 s");
        api.hangs = request -> false;
        assertThat(held().inForce()).as("nobody has undone it meanwhile").isTrue();
        assertThat(faults.hold("run", List.of())).isEmpty();
        assertThat(replicas()).isEqualTo(3);
    }
}
