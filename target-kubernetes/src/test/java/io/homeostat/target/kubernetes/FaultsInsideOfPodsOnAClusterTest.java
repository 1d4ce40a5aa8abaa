package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Faults.Fault;
import io.homeostat.converge.Faults.Place;
import io.homeostat.converge.Faults.State;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import io.homeostat.target.kubernetes.api.Execution;
import io.homeostat.target.kubernetes.api.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is done inside containers is seen from beside it in the same container, is gone when it is undone, and when nobody undoes it;
 * a container is ended in its pod; and what cannot be done is refused with what would help.
 */
@Tag("cluster")
class FaultsInsideOfPodsOnAClusterTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path directory;

    private Lab lab;
    private ObjectKey web = new ObjectKey("apps", "Deployment", "", "web");
    private String pod = "";

    @BeforeEach
    void open() throws Exception {
        lab = new Lab(directory, "inside");
        web = new ObjectKey("apps", "Deployment", lab.namespace, "web");
        // The third container has nothing but what it runs: no shell.
        lab.write("apps/shop/web.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      initContainers:
                        - name: tools
                          image: localhost/busybox:1
                          command: [cp, /bin/busybox, /tools/sleep]
                          volumeMounts: [{name: tools, mountPath: /tools}]
                      containers:
                        - name: main
                          image: localhost/busybox:1
                          command: [sleep, "3600"]
                          resources: {limits: {cpu: 500m, memory: 128Mi}}
                          volumeMounts:
                            - {name: cache, mountPath: /cache}
                            - {name: scratch, mountPath: /scratch}
                        - name: polite
                          image: localhost/busybox:1
                          command: [sh, -c, "trap 'exit 0' TERM; while :; do sleep 1; done"]
                        - name: bare
                          image: localhost/busybox:1
                          command: [/bin/sleep, "3600"]
                          volumeMounts: [{name: tools, mountPath: /bin}]
                      volumes:
                        - {name: cache, emptyDir: {medium: Memory, sizeLimit: 32Mi}}
                        - {name: scratch, emptyDir: {sizeLimit: 32Mi}}
                        - {name: tools, emptyDir: {}}
                """);
        lab.start();
        lab.converge("default");
        pod = lab.target().faults().instances(web).getFirst().name();
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private Fault fault(@Nullable String container, Effect effect) {
        return new Fault("f-1", new Place.OnInstance(web, pod, container), effect, LONG);
    }

    private State held(Fault fault) throws IOException {
        return lab.target().faults().hold("run", HEARTBEAT, List.of(fault)).stream()
                .findFirst()
                .orElse(new State(fault.id(), false, false, ""));
    }

    /** A shell takes its time to say that it cannot. */
    private ThrowableAssert.ThrowingCallable refused(Fault fault) {
        return () -> lab.await("a refusal", () -> {
            State state = held(fault);
            return state.inForce() || state.observed();
        });
    }

    private void undo() throws IOException {
        assertThat(lab.target().faults().hold("run", HEARTBEAT, List.of())).isEmpty();
    }

    /** What another command sees in the container. */
    private List<String> seen(String container, String script) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Execution looking = Cluster.api().exec(lab.namespace, pod, container, List.of("sh", "-c", script))) {
            assertThat(looking.isOver(Lab.PATIENCE))
                    .as("%s: %s", script, looking.failure())
                    .isTrue();
            for (String line = looking.hear(Duration.ZERO); line != null; line = looking.hear(Duration.ZERO)) {
                lines.add(line);
            }
        }
        return lines;
    }

    /** Field by field what the kernel says of each process of the container, after its name; those that have ended, too. */
    private List<String[]> processes(String container) throws IOException {
        return seen(container, "cat /proc/[0-9]*/stat 2>/dev/null; exit 0").stream()
                .map(line -> line.substring(line.lastIndexOf(')') + 2).split(" "))
                .toList();
    }

    private long ticks() throws IOException {
        return processes("main").stream()
                .mapToLong(fields -> Long.parseLong(fields[11]) + Long.parseLong(fields[12]))
                .sum();
    }

    private long residentMebibytes() throws IOException {
        return processes("main").stream()
                        .mapToLong(fields -> Long.parseLong(fields[21]))
                        .sum()
                / 256;
    }

    private long usedMebibytes() throws IOException {
        List<String> lines = seen("main", "df -Pk /cache");
        return Long.parseLong(lines.getLast().split(" +")[2]) / 1024;
    }

    private long filesWithoutName() throws IOException {
        return seen("main", "ls -l /proc/[0-9]*/fd 2>/dev/null; exit 0").stream()
                .filter(line -> line.contains(".homeostat-") && line.contains("(deleted)"))
                .count();
    }

    /** The first process of the container is one that takes care of no child, so whatever is left would be there. */
    private void assertNothingLeft() throws IOException {
        assertThat(seen(
                        "main",
                        "for each in /proc/[0-9]*; do tr '\\0' ' ' <$each/cmdline; echo; done 2>/dev/null; exit 0"))
                .noneMatch(line -> line.contains("homeostat-stress"));
        // Itself, the shell that looks and what that runs.
        assertThat(processes("main")).hasSizeLessThanOrEqualTo(3).noneMatch(fields -> fields[0].equals("Z"));
        assertThat(seen("main", "ls -A /tmp /cache /scratch")).noneMatch(line -> line.contains(".homeostat"));
        assertThat(residentMebibytes()).isLessThan(20);
        assertThat(usedMebibytes()).isZero();
    }

    @Test
    void stressIsSeenInTheContainerAndGoneWhenItIsUndone() throws Exception {
        assertNothingLeft();

        Fault cpu = fault("main", new Effect.Cpu(2));
        lab.await("CPU time", () -> held(cpu).observed());
        long before = ticks();
        lab.await("more CPU time of the container", () -> held(cpu).inForce() && ticks() - before > 50);
        undo();
        assertNothingLeft();

        Fault memory = fault("main", new Effect.Memory(64));
        lab.await("memory", () -> held(memory).observed());
        assertThat(residentMebibytes()).isBetween(64L, 90L);
        undo();
        assertNothingLeft();

        Fault disk = fault("main", new Effect.Disk("cache", 4));
        lab.await("a full volume", () -> held(disk).observed());
        assertThat(usedMebibytes()).isBetween(27L, 28L);
        undo();
        assertNothingLeft();

        Fault io = fault("main", new Effect.Io(1));
        lab.await("files", () -> held(io).observed());
        assertThat(filesWithoutName()).isPositive();
        undo();
        assertNothingLeft();
    }

    @Test
    void whatNobodyRenewsOrUndoesEndsByItself() throws Exception {
        Fault memory = fault("main", new Effect.Memory(64));
        lab.await("memory", () -> held(memory).observed());
        assertThat(residentMebibytes()).isGreaterThanOrEqualTo(64);
        // From here on its holder is silent.
        lab.await("the memory to be free", () -> residentMebibytes() < 20);
        lab.await("no process of it", () -> processes("main").size() <= 3);
        assertNothingLeft();
        assertThat(held(memory).inForce()).isFalse();
        undo();

        Fault soonOver = new Fault("f-1", memory.place(), new Effect.Cpu(1, 20), Duration.ofSeconds(3));
        lab.await("CPU time", () -> held(soonOver).observed());
        lab.await("its end", () -> !held(soonOver).inForce());
        lab.await("no process of it", () -> processes("main").size() <= 3);
        assertNothingLeft();
        undo();

        // An agent that goes away leaves nothing either.
        lab.await("memory again", () -> held(memory).observed());
        lab.stop();
        lab.await("the memory to be free", () -> residentMebibytes() < 20);
        lab.await("no process of it", () -> processes("main").size() <= 3);
        assertNothingLeft();
    }

    @Test
    void whatCannotBeDoneInThereIsRefusedWithWhatWouldHelp() throws Exception {
        assertThatThrownBy(refused(fault("bare", new Effect.Cpu(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the container bare of " + pod + " has no `sh`");
        assertThatThrownBy(refused(fault(null, new Effect.Cpu(1)))).hasMessageContaining("bare");
        // Those that did begin beside it are told to end at once, and waited for as a run does when it stops.
        undo();
        assertNothingLeft();
        assertThatThrownBy(refused(fault("polite", new Effect.Memory(60_000))))
                .hasMessageContaining("has no memory limit")
                .hasMessageContaining("give it one, or take less");
        assertThatThrownBy(refused(fault("main", new Effect.Disk("scratch", 4))))
                .hasMessageContaining("a directory on the disk of the node");
        assertThatThrownBy(refused(fault("main", new Effect.Terminate())))
                .hasMessageContaining("does not handle SIGTERM")
                .hasMessageContaining("use kill or terminate without `container`");
        assertThatThrownBy(refused(fault("polite", new Effect.Kill()))).hasMessageContaining("use terminate");
        undo();
        assertNothingLeft();
    }

    @Test
    void aContainerIsEndedInItsPodOnceAndAgain() throws Exception {
        Node.Mapping before = Cluster.get(lab.path("pods", pod));
        Fault once = fault("polite", new Effect.Terminate());
        lab.await("the container to end", () -> held(once).observed());
        assertThat(held(once).seen()).isEqualTo("the container ended");
        assertThat(held(once).inForce()).as("it is over at once").isFalse();
        lab.await("it to run again", () -> restarts("polite") == 1);
        undo();

        Fault loop = fault("polite", new Effect.CrashLoop(Duration.ofMillis(500)));
        lab.await("it to end again", Duration.ofMinutes(3), () -> held(loop).observed());
        assertThat(held(loop).seen()).isEqualTo("it was ended 2 times");
        assertThat(held(loop).inForce()).isTrue();
        undo();

        Node.Mapping after = Cluster.get(lab.path("pods", pod));
        assertThat(after.mapping("metadata").text("uid", ""))
                .isEqualTo(before.mapping("metadata").text("uid", ""));
        assertThat(restarts("main")).isZero();
        assertThat(restarts("bare")).isZero();
    }

    private int restarts(String container) throws IOException {
        for (Node each : Cluster.get(lab.path("pods", pod)).mapping("status").sequence("containerStatuses")) {
            if (each instanceof Node.Mapping status && status.text("name", "").equals(container)) {
                return status.integer("restartCount", 0);
            }
        }
        return -1;
    }

    @Test
    void whoMayNotRunCommandsIsToldWhichRuleIsMissing() throws Exception {
        lab.stop();
        lab.kubeconfig = withoutExec();
        lab.start();
        lab.converge("default");
        assertThatThrownBy(refused(fault("main", new Effect.Cpu(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("{apiGroups: [\"\"], resources: [pods/exec], verbs: [get, create]}")
                .hasMessageContaining("the namespace " + lab.namespace);
        undo();
        assertNothingLeft();
    }

    /** Of an account that may do anything but run commands. */
    private Path withoutExec() throws IOException {
        String account = "/api/v1/namespaces/" + lab.own + "/serviceaccounts";
        Cluster.api().call(Request.post(account, Cluster.yaml("""
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: agent}}""")));
        for (String namespace : new String[] {lab.namespace, lab.own}) {
            String rights = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace;
            Cluster.api().call(Request.post(rights + "/roles", Cluster.yaml("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: Role
                    metadata: {name: most}
                    rules:
                      - {apiGroups: [""], resources: [pods, secrets, configmaps, events, services], verbs: ["*"]}
                      - {apiGroups: [apps, coordination.k8s.io], resources: ["*"], verbs: ["*"]}
                    """)));
            Cluster.api().call(Request.post(rights + "/rolebindings", Cluster.yaml("""
                    apiVersion: rbac.authorization.k8s.io/v1
                    kind: RoleBinding
                    metadata: {name: most}
                    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: most}
                    subjects: [{kind: ServiceAccount, name: agent, namespace: %s}]
                    """.formatted(lab.own))));
        }
        Node.Mapping token = Cluster.api().call(Request.post(account + "/agent/token", Cluster.tree("""
                {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}""")));
        Matcher authority =
                Pattern.compile("certificate-authority-data: *(\\S+)").matcher(Files.readString(Cluster.kubeconfig()));
        assertThat(authority.find()).isTrue();
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: agent, user: {token: %s}}]
                contexts: [{name: test, context: {cluster: test, user: agent}}]
                current-context: test
                """.formatted(
                Cluster.api().url(), authority.group(1), token.mapping("status").text("token", "")));
    }
}
