package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of a whole agent on a real cluster, each by an Experiment in Git: it is seen at its target, by the agent and by somebody
 * else, and it is gone afterwards. The agent is outside of the cluster; what has to hold is asked for by names of Services.
 */
@Tag("cluster")
class EveryFaultOnAClusterTest {

    private static final int CALLS = 40;
    private static final int BIG = 200_000;

    @TempDir
    Path directory;

    private ClusterShop shop;

    /** What was said when a run was to begin. */
    private Node.Mapping begun = Node.Mapping.EMPTY;

    @BeforeEach
    void open() throws IOException {
        shop = new ClusterShop(directory);
        shop.write("apps/shop/api.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: NS, annotations: {homeostat.io/wave: "-3"}}
                data: {PORT: "8080"}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api, namespace: NS, annotations: {homeostat.io/wave: "-2"}}
                spec:
                  replicas: 2
                  progressDeadlineSeconds: 30
                  strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: api
                          image: localhost/busybox:1
                          command: [sh, -c]
                          args:
                            - |
                              mkdir -p /tmp/www
                              echo hello >/tmp/www/index.html
                              head -c %d /dev/zero | tr '\\000' x >/tmp/www/big
                              exec httpd -f -p $PORT -h /tmp/www
                          env: [{name: PORT, valueFrom: {configMapKeyRef: {name: settings, key: PORT}}}]
                          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1, timeoutSeconds: 5}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: open, namespace: NS}
                spec:
                  selector: {app: api}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: NS}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: web
                          image: localhost/busybox:1
                          command: [sh, -c, "while :; do wget -q -O - http://$API_SERVICE_HOST/ || echo failed; sleep 0.2; done"]
                """.formatted(BIG));
    }

    @AfterEach
    void close() throws IOException {
        shop.close();
    }

    private void experiment(String name, String fault, String duration) throws IOException {
        shop.write("reliability/" + name + ".yaml", """
                apiVersion: homeostat.io/v1
                kind: Experiment
                metadata: {name: %s}
                spec:
                  owner: ann
                  hypothesis:
                    probes:
                      - {name: the pods answer, http: {url: "http://open.NS.svc.cluster.local/", within: 10s}}
                      - {name: two are wanted, cel: "workload['NS/api'].wanted == 2"}
                    every: 200ms
                    steady: 500ms
                  faults: [{%s}]
                  blastRadius: {percent: 100}
                  duration: %s
                  recovery: 120s
                """.formatted(name, fault, duration));
    }

    private void begun() throws Exception {
        shop.await(
                "one",
                "shop to be healthy",
                () -> shop.isSynced("one") && experiments().contains("\"last-of-all\""));
    }

    private String experiments() throws IOException {
        return Json.write(AgentCalls.get(directory.resolve("one"), "/api/v1/experiments"));
    }

    private Node.Mapping last(String name) throws IOException {
        return AgentCalls.get(directory.resolve("one"), "/api/v1/experiments?name=" + name)
                .mapping("experiment")
                .mapping("last");
    }

    private boolean isOver(String name) throws IOException {
        return !last(name).text("verdict", "").isEmpty();
    }

    private void run(String name) throws Exception {
        try {
            // Its application may still be on its way back from the one before.
            shop.await("one", name + " to begin", () -> {
                begun = shop.post("one", "/api/v1/experiment", "{\"action\": \"run\", \"name\": \"" + name + "\"}");
                return !begun.text("run", "").isEmpty();
            });
        } finally {
            System.out.println(name + ": " + begun);
        }
    }

    /** Until somebody else than the agent has seen it, which has to be before the run is over. */
    private void seen(String name, Callable<Boolean> isSeen) throws Exception {
        shop.await("one", name + " to be seen", () -> {
            assertThat(isOver(name)).as(() -> told(name)).isFalse();
            return isSeen.call();
        });
    }

    private String told(String name) {
        try {
            return name + " is over, and nobody has seen it: " + last(name);
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    private void verdict(String name, String expected) throws Exception {
        shop.await("one", "a verdict on " + name, () -> isOver(name));
        assertThat(last(name).text("verdict", ""))
                .as("%s: %s", name, last(name))
                .isEqualTo(expected);
    }

    /** Done, seen by somebody else, held, and gone. */
    private void held(String name, Callable<Boolean> isSeen, Callable<Boolean> isGone) throws Exception {
        run(name);
        seen(name, isSeen);
        verdict(name, "held");
        assertThat(shop.story("one")).as("seen by the agent, too").containsPattern(name + ": [a-zA-Z]+ was seen at ");
        shop.await("one", name + " to be gone", isGone);
    }

    /** @param nanos until its last byte came */
    private record Answer(String status, String body, long nanos) {
        boolean isGood() {
            return status.contains(" 200 ");
        }
    }

    /** What a caller of the Service gets; {@code silence} as its status after three seconds of it. */
    private Answer call(String path, String header) throws IOException {
        String address = shop.get("/api/v1/namespaces/" + shop.namespace + "/services/api")
                .mapping("spec")
                .text("clusterIP", "");
        long began = System.nanoTime();
        try (Socket socket = new Socket(address, 80)) {
            socket.setSoTimeout(3_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: api\r\n" + header + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int body = all.indexOf("\r\n\r\n");
            return body < 0
                    ? new Answer(all, "", System.nanoTime() - began)
                    : new Answer(
                            all.substring(0, all.indexOf("\r\n")) + " ",
                            all.substring(body + 4),
                            System.nanoTime() - began);
        } catch (SocketTimeoutException silent) {
            return new Answer("silence", "", System.nanoTime() - began);
        } catch (IOException broken) {
            return new Answer("broken", "", System.nanoTime() - began);
        }
    }

    private Answer call() throws IOException {
        return call("/index.html", "");
    }

    private int good(String path, String header) throws IOException {
        int good = 0;
        for (int i = 0; i < CALLS; i++) {
            good += call(path, header).isGood() ? 1 : 0;
        }
        return good;
    }

    private boolean isWell() throws IOException {
        Answer answer = call();
        return answer.isGood()
                && answer.body().equals("hello\n")
                && TimeUnit.NANOSECONDS.toMillis(answer.nanos()) < 1_000
                && good("/index.html", "X-Test: yes\r\n") == CALLS;
    }

    @Test
    void callsAreDisturbedInEveryWayAndAsBeforeAfterwards() throws Exception {
        String to = "to: api, namespace: NS";
        experiment("slow", "latency: {" + to + ", mean: 2s, jitter: 500ms}", "8s");
        experiment("cut-off", "blackhole: {" + to + "}", "8s");
        experiment("thin", "bandwidth: {" + to + ", bytesPerSecond: 100000}", "8s");
        experiment("garbled", "corrupt: {" + to + "}", "8s");
        experiment("broken", "error: {" + to + ", status: 502}", "8s");
        experiment("torn", "reset: {" + to + "}", "8s");
        experiment("half", "error: {" + to + ", percent: 50}", "12s");
        experiment("matching", "error: {" + to + ", match: {path: /index, headers: {x-test: \"yes\"}}}", "12s");
        experiment("of-one", "error: {from: web, " + to + "}", "12s");
        experiment("last-of-all", "reset: {" + to + "}", "8s");
        try (Agent one = shop.agent("one")) {
            assertThat(one.url()).isNotEmpty();
            begun();
            shop.await("one", "everybody to be answered", this::isWell);
            held("slow", () -> TimeUnit.NANOSECONDS.toMillis(call().nanos()) >= 1_500, this::isWell);
            held("cut-off", () -> call().status().equals("silence"), this::isWell);
            held(
                    "thin",
                    () -> {
                        Answer answer = call("/big", "");
                        return answer.body().length() == BIG && TimeUnit.NANOSECONDS.toMillis(answer.nanos()) >= 1_000;
                    },
                    this::isWell);
            held(
                    "garbled",
                    () -> {
                        Answer answer = call();
                        return answer.isGood() && !answer.body().equals("hello\n");
                    },
                    this::isWell);
            held("broken", () -> call().status().contains(" 502 "), this::isWell);
            held(
                    "torn",
                    () -> call().status().equals("broken") || call().status().isEmpty(),
                    this::isWell);
            held(
                    "half",
                    () -> {
                        int good = good("/index.html", "");
                        return good > 0 && good < CALLS;
                    },
                    this::isWell);
            held(
                    "matching",
                    () -> !call("/index.html", "X-Test: yes\r\n").isGood()
                            && call("/index.html", "X-Test: no\r\n").isGood()
                            && call("/big", "X-Test: yes\r\n").isGood(),
                    this::isWell);
            held(
                    "of-one",
                    () -> shop.story("one").contains("of-one: error was seen") && good("/index.html", "") == CALLS,
                    this::isWell);
        }
    }

    private String image() throws IOException {
        return Json.write(shop.liveDeployment("api").mapping("spec").mapping("template"));
    }

    private String port() throws IOException {
        return shop.get("/api/v1/namespaces/" + shop.namespace + "/configmaps/settings")
                .mapping("data")
                .text("PORT", "");
    }

    @Test
    void badChangesAreSeenInTheClusterTakenBackAndNothingIsLeftOfThem() throws Exception {
        experiment("bad-image", "image: {workload: api, namespace: NS}", "60s");
        experiment("bad-version", "version: {workload: api, namespace: NS}", "60s");
        experiment(
                "bad-value",
                "configuration: {workload: api, namespace: NS, configMap: settings, key: PORT, value: nonsense}",
                "15s");
        experiment("last-of-all", "kill: {workload: web, namespace: NS}", "8s");
        try (Agent one = shop.agent("one")) {
            assertThat(one.url()).isNotEmpty();
            begun();
            String before = image();
            Callable<Boolean> isAsBefore = () -> image().equals(before) && shop.isSynced("one");
            held("bad-image", () -> !image().equals(before), isAsBefore);
            held("bad-version", () -> image().contains("exit 1"), isAsBefore);

            // Nothing restarts for a value that is only read at the start, so nothing finds it bad: that is a finding.
            run("bad-value");
            seen("bad-value", () -> port().equals("nonsense"));
            verdict("bad-value", "broken");
            shop.await("one", "the value to be as declared", () -> port().equals("8080"));
            assertThat(Json.write(AgentCalls.get(directory.resolve("one"), "/api/v1/findings")))
                    .contains("guardrail")
                    .contains("bad-value");
        }
    }

    @Test
    void whatIsDoneOutsideOfTheClusterIsDoneForOneThatRunsOnIt() throws Exception {
        Path file = directory.resolve("unexpected");
        experiment(
                "stolen",
                "access: {url: \"http://homeostat/api/v1/status\", headers: {authorization: Bearer nonsense}}",
                "1s");
        experiment("open-door", "access: {url: \"http://open.NS/\"}", "1s");
        experiment("game-day", "person: {who: ann, task: be unavailable}", "20s");
        experiment(
                "leave-a-file",
                "extension: {name: flag-file, workload: api, namespace: NS, parameters: {file: " + file + "}}",
                "3s");
        experiment("last-of-all", "kill: {workload: web, namespace: NS}", "8s");
        shop.write("reliability/flag-file.yaml", """
                apiVersion: homeostat.io/v1
                kind: Extension
                metadata: {name: flag-file}
                spec:
                  owner: ann
                  description: leaves a file
                  parameters: {file: {required: true}}
                  executable:
                    command:
                      - sh
                      - -c
                      - |
                        request=$(cat)
                        value() { printf %s "$request" | sed -n "s/.*\\"$1\\":\\"\\([^\\"]*\\)\\".*/\\1/p"; }
                        file=$(value file)
                        case $(value verb) in
                          start) printf %s "$request" >"$file" ;;
                          status) if [ -e "$file" ]; then echo '{"observed": true, "seen": "the file is there"}'; fi ;;
                          stop) rm -f "$file" ;;
                        esac
                """);
        try (Agent one = shop.agent("one")) {
            assertThat(one.url()).isNotEmpty();
            begun();
            run("stolen");
            verdict("stolen", "held");
            run("open-door");
            verdict("open-door", "broken");
            assertThat(Json.write(AgentCalls.get(directory.resolve("one"), "/api/v1/findings")))
                    .contains("was let in: answered with status 200");

            run("game-day");
            seen(
                    "game-day",
                    () -> AgentCalls.get(directory.resolve("one"), "/api/v1/experiments")
                            .sequence("asked")
                            .toString()
                            .contains("be unavailable"));
            assertThat(Json.write(shop.post("one", "/api/v1/experiment", """
                            {"action": "answer", "name": "game-day", "by": "ann", "note": "phone is off"}"""))).contains("it is written down");
            verdict("game-day", "held");
            assertThat(shop.story("one")).contains("game-day: person was seen at ann: ann did it: phone is off");

            held("leave-a-file", () -> Files.exists(file), () -> !Files.exists(file));
            assertThat(shop.story("one")).contains("flag-file for " + shop.namespace + "/Deployment/api");
        }
    }
}
