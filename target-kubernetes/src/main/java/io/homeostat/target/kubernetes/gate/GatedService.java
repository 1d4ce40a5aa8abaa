package io.homeostat.target.kubernetes.gate;

import io.homeostat.converge.Renderer;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a Service with the annotation {@code homeostat.io/gate: enabled} stands for. Pure.
 *
 * <pre>
 *             selector                 Secret NAME-gate: certificates, last configuration (written by the agent)
 *  Service ─────────────► gate pods ◄──┘
 *   NAME                  Deployment NAME-gate, PodDisruptionBudget NAME-gate
 *                            │
 *                            ▼
 *                         Service NAME-origin, with the selector that Git gives NAME ──► the instances
 * </pre>
 *
 * The Service keeps its name and address, so nobody who calls has to know. It comes a wave later than the rest: it leads to the
 * gate when that is ready.
 */
public final class GatedService {

    /** On a Service: {@code enabled}, {@code disabled} or {@value #GATEWAY_API}. */
    public static final String ANNOTATION = "homeostat.io/gate";

    /** There is no gate in front of it: HTTPRoutes that lead to it divide its traffic. */
    public static final String GATEWAY_API = "gateway-api";

    /** On a Service: how many gate pods stand in front of it. */
    public static final String REPLICAS = "homeostat.io/gate-replicas";

    /** Label of gate pods: in front of which Service. */
    static final String POD = "homeostat.io/gate";

    /** Label of the Service behind the gate, and so of its endpoints. */
    public static final String ORIGIN = "homeostat.io/gate-origin";

    private static final int LONGEST_NAME = 63 - "-origin".length();
    private static final Set<String> TYPES = Set.of("ClusterIP", "NodePort", "LoadBalancer");

    private GatedService() {}

    public static boolean isGated(Document document) {
        return document.key().kind().equals("Service")
                && document.key().group().isEmpty()
                && "enabled".equals(document.annotation(ANNOTATION));
    }

    /** Whether it is of a gate's pods. */
    static boolean isGates(Document document) {
        return document.spec().mapping("selector").mapping("matchLabels").get(POD) != null;
    }

    /**
     * The first of the live Services of a namespace that leads to pods with these labels past a gate, though nobody said that it
     * may; null when there is none.
     */
    public static @Nullable String withoutGate(List<Node> services, Node.Mapping labels) {
        for (Node each : services) {
            if (each instanceof Node.Mapping service) {
                Node.Mapping metadata = service.mapping("metadata");
                Node.Mapping selector = service.mapping("spec").mapping("selector");
                boolean selects = !selector.isEmpty()
                        && selector.fields().keySet().stream()
                                .allMatch(key -> selector.text(key, "").equals(labels.text(key)));
                boolean isOrigin = metadata.mapping("labels").text(ORIGIN) != null;
                String asked = metadata.mapping("annotations").text(ANNOTATION, "");
                boolean isMeant = asked.equals("disabled") || asked.equals(GATEWAY_API);
                if (selects && !isOrigin && !isMeant) {
                    return metadata.text("name", "");
                }
            }
        }
        return null;
    }

    /** Why it cannot have one. */
    public static List<Problem> check(Document document, Environment environment) {
        List<Problem> problems = new ArrayList<>();
        if (!isGated(document)) {
            return problems;
        }
        Node.Mapping annotations = document.metadata().mapping("annotations");
        Node asked = annotations.get(ANNOTATION);
        if (asked == null) {
            return problems;
        }
        if (environment.cluster().gates().image() == null) {
            problems.add(
                    Problem.error(asked.at(), "no-gate-image", "the Environment does not say which image a gate runs")
                            .suggesting("set spec.target.kubernetes.gate.image to homeostat's own image"));
        }
        Node.Mapping spec = document.spec();
        String why = null;
        if (!TYPES.contains(spec.text("type", "ClusterIP"))) {
            why = "a Service of type " + spec.text("type") + " leads to nothing in the cluster";
        } else if (spec.text("clusterIP", "").equals("None")) {
            why = "a headless Service has no address that could lead to a gate";
        } else if (spec.mapping("selector").isEmpty()) {
            why = "a Service without a selector leads where somebody else says";
        } else if (document.key().name().length() > LONGEST_NAME) {
            why = "with '-origin' behind it, its name is longer than 63 characters";
        } else if (spec.sequence("ports").stream()
                .anyMatch(port -> port instanceof Node.Mapping mapping
                        && !mapping.text("protocol", "TCP").equals("TCP"))) {
            why = "a gate passes on TCP alone";
        }
        if (why != null) {
            problems.add(Problem.error(asked.at(), "no-gate-here", "there can be no gate in front of it: " + why)
                    .suggesting("leave the annotation out"));
        }
        String replicas = annotations.text(REPLICAS);
        if (replicas != null && !replicas.matches("[1-9][0-9]?|100")) {
            Node at = annotations.get(REPLICAS);
            problems.add(Problem.error(
                            at == null ? document.at() : at.at(),
                            "bad-value",
                            "'" + replicas + "' is no number of gates")
                    .expecting("1 to 100, in quotes"));
        }
        return problems;
    }

    /** The Service, led to the gate, and what stands behind it. */
    public static List<Document> expand(Document service, Environment environment) {
        String image = environment.cluster().gates().image();
        if (image == null || !isGated(service) || !check(service, environment).isEmpty()) {
            return List.of(service);
        }
        String replicas = service.annotation(REPLICAS);
        int count = replicas == null ? environment.cluster().gates().replicas() : Integer.parseInt(replicas);
        List<Document> all = new ArrayList<>();
        all.add(origin(service));
        all.add(deployment(service, image, count));
        if (count > 1) {
            all.add(budget(service));
        }
        all.add(led(service));
        return all;
    }

    private static Document led(Document service) {
        List<GatePorts.Place> places = GatePorts.of(service.spec());
        List<Node> ports = new ArrayList<>();
        for (Node each : service.spec().sequence("ports")) {
            if (each instanceof Node.Mapping port) {
                ports.add(port.with("targetPort", places.get(ports.size()).at()));
            }
        }
        Node.Mapping spec = service.spec()
                .with("selector", Node.Mapping.EMPTY.with(POD, service.key().name()))
                .with("ports", new Node.Sequence(ports, service.at()));
        return service.withContent(service.content().with("spec", spec));
    }

    private static Document origin(Document service) {
        Node.Mapping spec = Node.Mapping.EMPTY.with("selector", service.spec().mapping("selector"));
        List<Node> ports = new ArrayList<>();
        for (Node each : service.spec().sequence("ports")) {
            if (each instanceof Node.Mapping port) {
                ports.add(port.without("nodePort"));
            }
        }
        spec = spec.with("ports", new Node.Sequence(ports, service.at()));
        Node unready = service.spec().get("publishNotReadyAddresses");
        if (unready != null) {
            spec = spec.with("publishNotReadyAddresses", unready);
        }
        Document document = document(service, """
                apiVersion: v1
                kind: Service
                metadata:
                  name: NAME-origin
                  namespace: NAMESPACE
                  labels: {homeostat.io/gate-origin: "NAME"}
                  annotations: {homeostat.io/wave: "WAVE"}
                """);
        return document.withContent(document.content().with("spec", spec));
    }

    private static Document deployment(Document service, String image, int replicas) {
        String ports = GatePorts.of(service.spec()).stream()
                .map(place -> "{containerPort: " + place.at() + ", protocol: TCP}, ")
                .collect(Collectors.joining());
        return document(service, """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: NAME-gate
                  namespace: NAMESPACE
                  annotations: {homeostat.io/wave: "WAVE"}
                spec:
                  replicas: REPLICAS
                  revisionHistoryLimit: 2
                  selector: {matchLabels: {homeostat.io/gate: "NAME"}}
                  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata:
                      labels: {homeostat.io/gate: "NAME"}
                      annotations: {prometheus.io/scrape: "true", prometheus.io/port: "9464"}
                    spec:
                      automountServiceAccountToken: false
                      enableServiceLinks: false
                      terminationGracePeriodSeconds: 45
                      securityContext:
                        runAsNonRoot: true
                        runAsUser: 65532
                        runAsGroup: 65532
                        fsGroup: 65532
                        seccompProfile: {type: RuntimeDefault}
                      affinity:
                        podAntiAffinity:
                          preferredDuringSchedulingIgnoredDuringExecution:
                            - weight: 100
                              podAffinityTerm:
                                topologyKey: kubernetes.io/hostname
                                labelSelector: {matchLabels: {homeostat.io/gate: "NAME"}}
                      containers:
                        - name: gate
                          image: IMAGE
                          args: [gate, --dir=/state/gate, --mount=/gate]
                          ports:
                            [PORTS{name: metrics, containerPort: 9464, protocol: TCP}, {name: control, containerPort: 9443, protocol: TCP}]
                          readinessProbe:
                            httpGet: {path: /readyz, port: metrics}
                            periodSeconds: 1
                            failureThreshold: 2
                          livenessProbe:
                            httpGet: {path: /metrics, port: metrics}
                            periodSeconds: 10
                            timeoutSeconds: 5
                            failureThreshold: 6
                          resources:
                            requests: {cpu: 50m, memory: 128Mi}
                            limits: {memory: 256Mi}
                          securityContext:
                            allowPrivilegeEscalation: false
                            readOnlyRootFilesystem: true
                            capabilities: {drop: [ALL]}
                          volumeMounts:
                            - {name: state, mountPath: /state}
                            - {name: tmp, mountPath: /tmp}
                            - {name: gate, mountPath: /gate, readOnly: true}
                      volumes:
                        - name: state
                          emptyDir: {}
                        - name: tmp
                          emptyDir: {}
                        - name: gate
                          secret: {secretName: NAME-gate, defaultMode: 288}
                """.replace("REPLICAS", Integer.toString(replicas))
                .replace("IMAGE", "'" + image.replace("'", "''") + "'")
                .replace("PORTS", ports));
    }

    private static Document budget(Document service) {
        return document(service, """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata:
                  name: NAME-gate
                  namespace: NAMESPACE
                  annotations: {homeostat.io/wave: "WAVE"}
                spec:
                  maxUnavailable: 1
                  selector: {matchLabels: {homeostat.io/gate: "NAME"}}
                """);
    }

    private static Document document(Document service, String yaml) {
        ObjectKey key = service.key();
        String text = yaml.replace("NAMESPACE", key.namespace())
                .replace("NAME", key.name())
                .replace("WAVE", Integer.toString(wave(service) - 1));
        Document parsed = Documents.parse(service.at().file(), text.getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
        return parsed.withContent(new Node.Mapping(parsed.content().fields(), service.at()));
    }

    /** What is no number is said by the renderer. */
    private static int wave(Document service) {
        try {
            return Integer.parseInt(String.valueOf(service.annotation(Renderer.WAVE)));
        } catch (NumberFormatException none) {
            return 0;
        }
    }
}
