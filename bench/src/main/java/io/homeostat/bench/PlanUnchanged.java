package io.homeostat.bench;

import com.sun.management.ThreadMXBean;
import io.homeostat.converge.Digests;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Planner;
import io.homeostat.converge.Step;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan over objects of which none changed: desired and observed parsed apart, so that nothing is equal by identity. */
final class PlanUnchanged {

    private PlanUnchanged() {}

    public static void main(String[] arguments) {
        int objects = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5000;
        int trials = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
        List<Step.Declared> desired = new ArrayList<>();
        Map<ObjectKey, Live> observed = new HashMap<>();
        for (int i = 0; i < objects; i++) {
            Document wanted = document(i);
            String digest = Digests.of(wanted.content());
            desired.add(new Step.Declared(wanted, "bench", "r", "apps/bench.yaml", digest, 0));
            Document live = document(i);
            observed.put(
                    live.key(),
                    new Live(
                            live.key(),
                            "bench",
                            "r",
                            "apps/bench.yaml",
                            digest,
                            live.content(),
                            Node.Mapping.EMPTY,
                            List.of()));
        }
        Planner.Question question = new Planner.Question("bench", "r", desired, Step.Cause.CHANGE, true, true);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] millis = new double[trials];
        long allocated = 0;
        for (int i = -20; i < trials; i++) {
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long begun = System.nanoTime();
            Plan plan = Planner.plan(question, observed, Planner.Claims.of(key -> null));
            if (i >= 0) {
                millis[i] = (System.nanoTime() - begun) / 1e6;
                allocated += threads.getCurrentThreadAllocatedBytes() - bytes;
            }
            if (plan.hasChanges()) {
                throw new IllegalStateException("nothing changed, and the plan says otherwise");
            }
        }
        System.out.println(Sample.header());
        System.out.println(Sample.of("plan over " + objects + " unchanged objects, warm", 250, millis)
                .row());
        System.out.printf(Locale.ROOT, "allocated per plan: %.2f MiB%n", allocated / (double) trials / (1 << 20));
    }

    private static Document document(int number) {
        String yaml = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: app-%1$d, labels: {app: app-%1$d, tier: backend}}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: app-%1$d}}
                  template:
                    metadata: {labels: {app: app-%1$d, tier: backend}}
                    spec:
                      containers:
                        - name: app
                          image: registry.example/app:%1$d
                          command: [serve, --port, $(PORT)]
                          ports: [{name: http, containerPort: 8080}]
                          env: [{name: LEVEL, value: info}, {name: NUMBER, value: "%1$d"}]
                          readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 5}
                          resources: {limits: {memory: 128Mi}}
                """.formatted(number);
        return Documents.parse("apps/bench.yaml", yaml.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
    }
}
