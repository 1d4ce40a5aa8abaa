package io.homeostat.target.local.subset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Every field that the local target knows, kind by kind. What is not listed here is an error; the check, the messages and the
 * page {@code docs/reference/local-target.md} are made from this list and nothing else.
 *
 * <p>One field a line: {@code path}, then {@code = a|b} when only these values are possible, then {@code : note}. A leading
 * {@code ~} means accepted without effect; {@code !} means accepted with a warning, because something is not enforced. {@code []}
 * stands for the elements of a sequence, {@code *} for any key, {@code **} for anything below. A line {@code path -> LIST} puts
 * another list below the path.
 */
public final class LocalSubset {

    private LocalSubset() {}

    private static final String META = """
            name
            namespace : part of the object's identity; no isolation
            labels.* : Services select by the labels of pod templates
            annotations.* : homeostat.io/* are read; the others have no effect
            ~creationTimestamp
            """;

    private static final String DEPLOYMENT = """
            apiVersion = apps/v1
            kind
            metadata -> META
            spec.replicas
            ~spec.selector.** : instances belong to the object that made them
            spec.strategy.type = RollingUpdate|Recreate
            spec.strategy.rollingUpdate.maxSurge : number or percentage, rounded up
            spec.strategy.rollingUpdate.maxUnavailable : number or percentage, rounded down
            spec.minReadySeconds
            spec.progressDeadlineSeconds : a crash loop counts against it and never resets it
            spec.paused
            ~spec.revisionHistoryLimit : the history is in Git
            spec.template -> TEMPLATE
            """;

    private static final String STATEFUL_SET = """
            apiVersion = apps/v1
            kind
            metadata -> META
            spec.replicas
            ~spec.selector.** : instances belong to the object that made them
            ~spec.serviceName : ordinals have no names of their own in any DNS here
            spec.podManagementPolicy = OrderedReady|Parallel
            spec.updateStrategy.type = RollingUpdate|OnDelete
            spec.updateStrategy.rollingUpdate.partition
            spec.minReadySeconds
            spec.ordinals.start
            ~spec.revisionHistoryLimit : the history is in Git
            ~spec.persistentVolumeClaimRetentionPolicy.whenDeleted = Retain
            ~spec.persistentVolumeClaimRetentionPolicy.whenScaled = Retain
            spec.volumeClaimTemplates[].metadata.name : a directory per ordinal and claim, kept when the object is deleted
            ~spec.volumeClaimTemplates[].apiVersion
            ~spec.volumeClaimTemplates[].kind
            ~spec.volumeClaimTemplates[].metadata.labels.*
            ~spec.volumeClaimTemplates[].metadata.annotations.*
            ~spec.volumeClaimTemplates[].spec.accessModes[]
            ~spec.volumeClaimTemplates[].spec.storageClassName
            ~spec.volumeClaimTemplates[].spec.volumeMode = Filesystem
            ~spec.volumeClaimTemplates[].spec.resources.requests.storage : no quota
            spec.template -> TEMPLATE
            """;

    private static final String JOB = """
            apiVersion = batch/v1
            kind
            metadata -> META
            spec -> JOB_SPEC
            """;

    private static final String JOB_SPEC = """
            completions
            parallelism
            backoffLimit
            activeDeadlineSeconds
            ttlSecondsAfterFinished : the finished instances and their logs go; the declared Job stays
            suspend
            ~completionMode = NonIndexed
            template -> TEMPLATE
            """;

    private static final String CRON_JOB = """
            apiVersion = batch/v1
            kind
            metadata -> META
            spec.schedule : five fields, or @hourly @daily @weekly @monthly @yearly
            spec.timeZone : default: the machine's
            spec.concurrencyPolicy = Allow|Forbid|Replace
            spec.startingDeadlineSeconds
            spec.suspend
            spec.successfulJobsHistoryLimit
            spec.failedJobsHistoryLimit
            ~spec.jobTemplate.metadata.labels.*
            ~spec.jobTemplate.metadata.annotations.*
            spec.jobTemplate.spec -> JOB_SPEC
            """;

    private static final String SERVICE = """
            apiVersion = v1
            kind
            metadata -> META
            spec.type = ClusterIP|NodePort
            spec.clusterIP = None : None is a headless Service: no address, no listener
            spec.selector.*
            spec.ports[].name
            spec.ports[].port : listened on at the Service's own loopback address
            spec.ports[].targetPort : name or number of a container port
            spec.ports[].nodePort : listened on at 127.0.0.1
            ~spec.ports[].protocol = TCP
            ~spec.ports[].appProtocol
            spec.publishNotReadyAddresses
            ~spec.sessionAffinity = None
            ~spec.internalTrafficPolicy
            ~spec.externalTrafficPolicy
            ~spec.ipFamilyPolicy
            ~spec.ipFamilies[]
            """;

    private static final String CONFIG_MAP = """
            apiVersion = v1
            kind
            metadata -> META
            data.*
            binaryData.* : base64; as a file only
            ~immutable
            """;

    private static final String SECRET = """
            apiVersion = v1
            kind
            metadata -> META
            data.* : base64
            stringData.*
            ~type
            ~immutable
            """;

    private static final String TEMPLATE = """
            metadata.labels.*
            metadata.annotations.* : a change rolls out, as everything in the template
            ~metadata.creationTimestamp
            ~metadata.name
            ~metadata.namespace
            spec.containers[] -> CONTAINER
            spec.initContainers[] -> CONTAINER
            spec.restartPolicy = Always|OnFailure|Never : Always for Deployments and StatefulSets, the others for Jobs
            spec.terminationGracePeriodSeconds
            spec.enableServiceLinks
            spec.volumes[].name
            spec.volumes[].configMap -> FILES
            spec.volumes[].configMap.name
            spec.volumes[].secret -> FILES
            spec.volumes[].secret.secretName
            ~spec.volumes[].emptyDir.medium
            ~spec.volumes[].emptyDir.sizeLimit
            spec.volumes[].emptyDir : a directory that lives as long as the instance
            spec.volumes[].hostPath.path
            ~spec.volumes[].hostPath.type
            ~spec.serviceAccountName
            ~spec.serviceAccount
            ~spec.automountServiceAccountToken
            ~spec.imagePullSecrets[].**
            ~spec.affinity.** : there is one machine
            ~spec.tolerations[].** : there is one machine
            ~spec.topologySpreadConstraints[].** : there is one machine
            ~spec.nodeSelector.* : there is one machine
            ~spec.priorityClassName
            ~spec.schedulerName
            ~spec.dnsPolicy
            ~spec.hostNetwork : instances always use the machine's network
            ! spec.securityContext.** : processes run as the agent's user
            """;

    private static final String FILES = """
            items[].key
            items[].path
            items[].mode
            defaultMode
            optional
            """;

    private static final String CONTAINER = """
            name
            image : mapped by Environment.spec.images
            command[] : looked up in the image's directory first, then on PATH
            args[]
            workingDir : default: the image's directory
            env[].name
            env[].value : $(NAME) is expanded
            env[].valueFrom.configMapKeyRef.name
            env[].valueFrom.configMapKeyRef.key
            env[].valueFrom.configMapKeyRef.optional
            env[].valueFrom.secretKeyRef.name
            env[].valueFrom.secretKeyRef.key
            env[].valueFrom.secretKeyRef.optional
            env[].valueFrom.fieldRef.fieldPath : metadata.name, .namespace, .uid, .labels['…'], .annotations['…'], spec.nodeName, status.podIP, status.hostIP
            ~env[].valueFrom.fieldRef.apiVersion
            envFrom[].prefix
            envFrom[].configMapRef.name
            envFrom[].configMapRef.optional
            envFrom[].secretRef.name
            envFrom[].secretRef.optional
            ports[].name : also in $PORT_NAME
            ports[].containerPort : stands for a free port of the machine, which the program finds in $PORT
            ~ports[].protocol = TCP
            volumeMounts[].name
            volumeMounts[].mountPath : stands for a directory of the instance; see Volumes
            volumeMounts[].subPath
            ~volumeMounts[].readOnly
            ~volumeMounts[].mountPropagation
            readinessProbe -> PROBE
            livenessProbe -> PROBE
            livenessProbe.terminationGracePeriodSeconds
            startupProbe -> PROBE
            startupProbe.terminationGracePeriodSeconds
            lifecycle.preStop -> HANDLER
            lifecycle.preStop.sleep.seconds
            resources.limits.cpu : where cgroups are permitted
            resources.limits.memory : where cgroups are permitted
            ~resources.requests.* : there is one machine
            ~imagePullPolicy
            ~terminationMessagePath
            ~terminationMessagePolicy
            ~stdin
            ~tty
            ! securityContext.** : processes run as the agent's user
            """;

    private static final String PROBE = """
            initialDelaySeconds
            periodSeconds : until the first success it is tried more often
            timeoutSeconds
            successThreshold
            failureThreshold
            tcpSocket.host
            tcpSocket.port
            exec.command[]
            httpGet -> HTTP
            """;

    private static final String HANDLER = """
            exec.command[]
            httpGet -> HTTP
            """;

    private static final String HTTP = """
            host
            path
            port
            scheme = HTTP|HTTPS
            httpHeaders[].name
            httpHeaders[].value
            """;

    private static final Map<String, String> LISTS = Map.of(
            "META", META,
            "TEMPLATE", TEMPLATE,
            "CONTAINER", CONTAINER,
            "PROBE", PROBE,
            "HANDLER", HANDLER,
            "HTTP", HTTP,
            "FILES", FILES,
            "JOB_SPEC", JOB_SPEC);

    /** Kinds as {@code group/Kind}, in the order in which people read about them. */
    private static final Map<String, List<Field>> KINDS = kinds();

    /** How a field is treated. */
    public enum Support {
        SUPPORTED,
        NO_EFFECT,
        NOT_ENFORCED
    }

    /**
     * @param path from the root of the document: {@code spec.template.spec.containers[].name}
     * @param values those that are possible; empty: any
     * @param note for people; may be empty
     */
    public record Field(String path, Support support, List<String> values, String note) {}

    /** A line of a list: a field, or another list below a path. */
    sealed interface Line {
        record Of(Field field) implements Line {}

        record Below(String path, String list) implements Line {}
    }

    /** The lists as people read them: of each kind, then those that several kinds share. */
    static Map<String, List<Line>> lists() {
        Map<String, List<Line>> lists = new LinkedHashMap<>();
        lists.put("Deployment", lines(DEPLOYMENT));
        lists.put("StatefulSet", lines(STATEFUL_SET));
        lists.put("Job", lines(JOB));
        lists.put("CronJob", lines(CRON_JOB));
        lists.put("Service", lines(SERVICE));
        lists.put("ConfigMap", lines(CONFIG_MAP));
        lists.put("Secret", lines(SECRET));
        for (String shared :
                List.of("META", "JOB_SPEC", "TEMPLATE", "CONTAINER", "PROBE", "HANDLER", "HTTP", "FILES")) {
            lists.put(shared, lines(Objects.requireNonNull(LISTS.get(shared))));
        }
        return lists;
    }

    private static List<Line> lines(String list) {
        List<Line> lines = new ArrayList<>();
        for (String line : list.lines().toList()) {
            int reference = line.indexOf(" -> ");
            lines.add(
                    reference > 0
                            ? new Line.Below(line.substring(0, reference), line.substring(reference + 4))
                            : new Line.Of(field("", line)));
        }
        return lines;
    }

    /** Every supported kind, as {@code group/Kind}, with its fields. */
    public static Map<String, List<Field>> all() {
        return KINDS;
    }

    private static Map<String, List<Field>> kinds() {
        Map<String, List<Field>> kinds = new LinkedHashMap<>();
        kinds.put("apps/Deployment", read("", DEPLOYMENT));
        kinds.put("apps/StatefulSet", read("", STATEFUL_SET));
        kinds.put("batch/Job", read("", JOB));
        kinds.put("batch/CronJob", read("", CRON_JOB));
        kinds.put("/Service", read("", SERVICE));
        kinds.put("/ConfigMap", read("", CONFIG_MAP));
        kinds.put("/Secret", read("", SECRET));
        return kinds;
    }

    private static List<Field> read(String prefix, String list) {
        List<Field> fields = new ArrayList<>();
        for (String line : list.lines().toList()) {
            int reference = line.indexOf(" -> ");
            if (reference > 0) {
                String path = prefix + line.substring(0, reference);
                fields.addAll(read(path + ".", Objects.requireNonNull(LISTS.get(line.substring(reference + 4)), line)));
            } else {
                fields.add(field(prefix, line));
            }
        }
        return fields;
    }

    private static Field field(String prefix, String line) {
        Support support = switch (line.charAt(0)) {
            case '~' -> Support.NO_EFFECT;
            case '!' -> Support.NOT_ENFORCED;
            default -> Support.SUPPORTED;
        };
        String rest = support == Support.SUPPORTED ? line : line.substring(1).strip();
        int colon = rest.indexOf(" : ");
        String note = colon < 0 ? "" : rest.substring(colon + 3);
        String head = colon < 0 ? rest : rest.substring(0, colon);
        int equals = head.indexOf(" = ");
        String path = equals < 0 ? head : head.substring(0, equals);
        List<String> values =
                equals < 0 ? List.of() : List.of(head.substring(equals + 3).split("\\|"));
        return new Field(prefix + path.strip(), support, values, note);
    }
}
