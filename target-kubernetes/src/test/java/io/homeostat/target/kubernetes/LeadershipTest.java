package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.target.kubernetes.api.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One agent leads; when it is gone another one does within ten seconds, and never both. */
@Tag("cluster")
class LeadershipTest {

    private Lab lab;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        lab = new Lab(directory, "leaders");
    }

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private Leadership agent(String identity, Runnable lost) throws Exception {
        return Leadership.of(lab.settings(), identity, InstantSource.system(), lost);
    }

    private static CountDownLatch leads(Leadership leadership) {
        CountDownLatch leads = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                if (leadership.await()) {
                    leads.countDown();
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        return leads;
    }

    @Test
    void whoEndsInOrderIsFollowedAtOnce() throws Exception {
        Leadership first = agent("first", () -> {});
        assertThat(first.await()).isTrue();
        try (Leadership second = agent("second", () -> {})) {
            CountDownLatch leads = leads(second);
            lab.await("the second to see the first", () -> second.holder().equals("first"));
            assertThat(second.holds()).isFalse();
            first.close();
            assertThat(first.holds()).isFalse();
            assertThat(leads.await(3, TimeUnit.SECONDS)).isTrue();
            assertThat(second.holds()).isTrue();
        }
    }

    @Test
    void whoDiesIsFollowedWithinTenSeconds() throws Exception {
        Leadership first = agent("first", () -> {});
        assertThat(first.await()).isTrue();
        try (Leadership second = agent("second", () -> {})) {
            CountDownLatch leads = leads(second);
            lab.await("the second to see the first", () -> second.holder().equals("first"));
            first.abandon();
            long begun = System.nanoTime();
            assertThat(leads.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            assertThat(first.holds()).isFalse();
        }
    }

    @Test
    void whoseLeaseWasTakenActsNoMoreAndIsTold() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (Leadership first = agent("first", told::countDown)) {
            assertThat(first.await()).isTrue();
            String path = "/apis/coordination.k8s.io/v1/namespaces/" + lab.own + "/leases/" + lab.own + ".test";
            Cluster.api()
                    .call(new Request(
                            "PATCH",
                            path,
                            "application/merge-patch+json",
                            Cluster.tree("{\"spec\": {\"holderIdentity\": \"usurper\"}}"),
                            null));
            assertThat(told.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(first.holds()).isFalse();
        }
    }
}
