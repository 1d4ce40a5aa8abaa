package io.homeostat.target.kubernetes.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.kubernetes.api.ApiServer;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nobody renews is undone, whatever becomes of undoing others. */
class UndoerTest {

    private static final String OWN = "/api/v1/namespaces/own/configmaps";
    private static final String WEB = "/apis/apps/v1/namespaces/shop/deployments/web";
    private static final String MESH = "/apis/chaos-mesh.org/v1alpha1/namespaces/shop/networkchaos/n-";
    private static final String LEASE = "/apis/coordination.k8s.io/v1/namespaces/own/leases/homeostat-undoer";

    private FakeApi api;
    private ApiServer server;
    private Thread undoer;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        api = new FakeApi(directory);
        server = api.server();
        api.put(WEB, "{\"spec\": {\"replicas\": 1}}");
        undoer = Thread.ofVirtual().unstarted(() -> {
            try {
                new Undoer(server, "own", InstantSource.system(), said -> {}).run();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void close() throws InterruptedException {
        undoer.interrupt();
        undoer.join();
        server.close();
        api.close();
    }

    private void record(String id, boolean isLeft, Undo way) throws IOException {
        FaultRecord record = new FaultRecord(
                "test", "run", id, Duration.ofSeconds(1), Duration.ofMinutes(5), 0, isLeft, List.of(way));
        server.call(Request.post(OWN, record.object("own", "")));
    }

    private int replicas() {
        return api.get(WEB).mapping("spec").integer("replicas", 0);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > end) {
                Assertions.fail("waited in vain for " + what);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    @Test
    void manyThatHangKeepNobodyWaiting() throws Exception {
        // Half are never taken back by Chaos Mesh; about the others nothing is ever answered.
        for (int n = 0; n < 60; n++) {
            api.put(MESH + n, "{}");
            record("hangs-" + n, true, new Undo.Recovered(MESH + n));
        }
        api.hangs = request -> request.matches("GET .*/n-[0-9]*[02468]");
        record("web", false, new Undo.Replicas(WEB, 1, 3));
        undoer.start();
        await("the number of before", () -> replicas() == 3);
        String beat = api.get(LEASE).mapping("spec").text("renewTime", "");
        await(
                "it to be seen",
                () -> !api.get(LEASE).mapping("spec").text("renewTime", "").equals(beat));
        await("nothing but what hangs", () -> api.below(OWN).size() == 60);
    }

    @Test
    void oneThatNobodyUnderstandsAndABeatThatHangsAreInNobodysWay() throws Exception {
        api.put(OWN + "/fault-new", "{\"data\": {\"undo\": \"[{\\\"what\\\": \\\"of another time\\\"}]\"}}");
        api.hangs = request -> request.contains("/leases");
        record("web", false, new Undo.Replicas(WEB, 1, 3));
        undoer.start();
        await("the number of before", () -> replicas() == 3);
        await("its record to go", () -> api.below(OWN).size() == 1);
    }

    @Test
    void whoCannotLookDoesNotSayThatItIsThere() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        api.hangs = request -> request.equals("GET " + OWN) && asked.incrementAndGet() > 0;
        record("web", false, new Undo.Replicas(WEB, 1, 3));
        undoer.start();
        await("it to look again and again", () -> asked.get() >= 3);
        assertThat(api.get(LEASE).isEmpty()).isTrue();
        api.hangs = request -> false;
        await("the number of before", () -> replicas() == 3);
        await("it to be seen", () -> !api.get(LEASE).isEmpty());
    }
}
