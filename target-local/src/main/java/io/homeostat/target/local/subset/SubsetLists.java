package io.homeostat.target.local.subset;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Every field that the local target knows, as text for people to read and {@link LocalSubset} to understand. This is the list: the
 * check, its messages and the page {@code docs/reference/local-target.md} are made from it and nothing else.
 *
 * <p>One field a line: {@code path}, then {@code = a|b} when only these values are possible, then {@code : note}. A leading
 * {@code ~} means accepted without effect; {@code !} means accepted with a warning, because something is not enforced. {@code []}
 * stands for the elements of a sequence, {@code *} for any key, {@code **} for anything below. A line {@code path -> LIST} puts
 * another list below the path.
 */
final class SubsetLists {

    private SubsetLists() {}

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
            spec.type = ClusterIP|NodePort|ExternalName
            spec.externalName : looked up every 30 s; reached through the gate as any other Service
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

    /** Those of kinds under the kind's name, and those that several share under theirs. */
    static final Map<String, String> ALL = new LinkedHashMap<>();

    static {
        ALL.put("Deployment", DEPLOYMENT);
        ALL.put("StatefulSet", STATEFUL_SET);
        ALL.put("Job", JOB);
        ALL.put("CronJob", CRON_JOB);
        ALL.put("Service", SERVICE);
        ALL.put("ConfigMap", CONFIG_MAP);
        ALL.put("Secret", SECRET);
        ALL.put("META", META);
        ALL.put("JOB_SPEC", JOB_SPEC);
        ALL.put("TEMPLATE", TEMPLATE);
        ALL.put("CONTAINER", CONTAINER);
        ALL.put("PROBE", PROBE);
        ALL.put("HANDLER", HANDLER);
        ALL.put("HTTP", HTTP);
        ALL.put("FILES", FILES);
    }
}
