package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.Chart;
import io.homeostat.model.Durations;
import io.homeostat.model.internal.read.Names;
import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.internal.shape.Shape.Member;
import io.homeostat.model.internal.view.ImageSources;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every field of our kinds, with what it means and what holds without it. */
public final class OurKinds {
    public static final String API_VERSION = "homeostat.io/v1";

    static final Shape DURATION =
            new Shape.Text(Durations.FORM, text -> Durations.parse(text) != null, "^([0-9]+(ms|s|m|h|d))+$");
    static final Shape NAME = new Shape.Text(
            Names.SUBDOMAIN, Names::isSubdomain, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$");
    private static final Shape PATH = new Shape.Text("a path", text -> !text.isEmpty(), "^[^/]");
    /** What is wrong with one of these is said by its reader, more exactly than a pattern could. */
    private static final Shape IMAGE =
            new Shape.Text(ImageSources.FORM, text -> true, "^(dir:.+|archive:.+#sha256=[0-9a-fA-F]{64}|host)$");

    private static final Shape URL =
            new Shape.Text("a URL that begins with http:// or https://", OurKinds::isUrl, "^https?://\\S+$");

    private static final Fields PRUNE = Fields.of(
            "Prune",
            optional("enabled", Shape.FLAG, "Whether objects that left Git are deleted.")
                    .orElse("true"),
            optional(
                            "maxDeletedPercent",
                            Shape.whole(0, 100),
                            "A plan that deletes more than this share of what we own, or all of it, is held until somebody"
                                    + " confirms it.")
                    .orElse("30"));

    private static final Member DRIFT = optional(
                    "drift",
                    Shape.choice("repair", "detect"),
                    "What happens to a difference that nobody asked Git for: `repair` puts it back at once, `detect` only"
                            + " reports it.")
            .orElse("\"repair\"");
    private static final Member ON_FAILURE = optional(
                    "onFailure",
                    Shape.choice("rollback", "hold", "keep"),
                    "What happens when the application does not become healthy in time: `rollback` goes back to the last"
                            + " good revision, `hold` stops where it is, `keep` goes on trying.")
            .orElse("\"rollback\"");
    private static final Member HEALTH_TIMEOUT = optional(
                    "healthTimeout",
                    DURATION,
                    "How long the application may take to become healthy once applied. `0s` means: as long as the longest"
                            + " `progressDeadlineSeconds` among its workloads.")
            .orElse("\"0s\"");
    private static final Member PRUNING = optional(
            "prune", PRUNE, "What happens to objects that left Git. A data directory is never deleted by this.");
    private static final Member WRITE_BACK = optional(
                    "writeBack",
                    Shape.choice("none", "note", "revert"),
                    "How a rollback is told to Git: not at all, as a `note` on the bad commit, or as a commit that reverts"
                            + " it.")
            .orElse("\"none\"");

    private static final Shape ACCOUNT = new Shape.Text(
            "'NAMESPACE/NAME' of a service account",
            text -> text.indexOf('/') > 0
                    && Names.isLabel(text.substring(0, text.indexOf('/')))
                    && Names.isSubdomain(text.substring(text.indexOf('/') + 1)),
            "^[a-z0-9]([-a-z0-9]*[a-z0-9])?/[a-z0-9]([-.a-z0-9]*[a-z0-9])?$");
    private static final Shape NAMESPACE = new Shape.Text(
            "a namespace or '*'",
            text -> text.equals("*") || Names.isLabel(text),
            "^(\\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$");
    private static final Shape POINTER =
            new Shape.Text("a JSON pointer such as '/spec/replicas'", text -> text.startsWith("/"), "^/");
    private static final Shape MANAGER = new Shape.Text("a field manager", text -> !text.isBlank(), null);
    private static final Shape CONDITION = new Shape.Text("a condition in CEL", text -> !text.isBlank(), null);
    private static final Fields CLUSTER = Fields.of(
            "Kubernetes",
            optional(
                    "kubeconfig",
                    new Shape.Text("a path", text -> !text.isEmpty(), null),
                    "A file on the agent's machine. Without it: what `$KUBECONFIG` names, `~/.kube/config`, or the service"
                            + " account of the agent's pod."),
            optional("context", Shape.TEXT, "A context of the kubeconfig. Without it: its current one."),
            optional("namespace", NAME, "Where the inventory is kept; made when it is missing.")
                    .orElse("\"homeostat\""),
            optional("requestsPerSecond", Shape.whole(1, 10_000), "How many requests a second at most, on average.")
                    .orElse("500"),
            optional("concurrency", Shape.whole(1, 200), "How many requests may be under way at a time.")
                    .orElse("16"),
            optional(
                            "ignoreDifferences",
                            new Shape.Elements(Fields.of(
                                    "IgnoredDifference",
                                    optional("group", Shape.TEXT, "Objects of this API group; any without it."),
                                    optional("kind", Shape.TEXT, "Objects of this kind; any without it."),
                                    optional("namespace", Shape.TEXT, "Objects of this namespace; any without it."),
                                    optional("name", Shape.TEXT, "Objects of this name; any without it."),
                                    optional(
                                            "pointers",
                                            new Shape.Elements(POINTER),
                                            "Where differences are no drift, as JSON pointers; `*` stands for any one"
                                                    + " step."),
                                    optional(
                                            "managers",
                                            new Shape.Elements(MANAGER),
                                            "Field managers whose fields are theirs."),
                                    optional(
                                            "where",
                                            new Shape.Elements(CONDITION),
                                            "Conditions in CEL over `path` (a JSON pointer), `declared` and `found` there,"
                                                    + " and the live `object`: a difference of which one holds is"
                                                    + " none."))),
                            "Where differences are nobody's fault: they are neither reported nor written over.")
                    .orElse("[]"),
            optional(
                            "health",
                            new Shape.Elements(Fields.of(
                                    "HealthRule",
                                    optional("group", Shape.TEXT, "Objects of this API group; any without it."),
                                    required("kind", Shape.TEXT, "Objects of this kind."),
                                    optional(
                                            "healthy",
                                            CONDITION,
                                            "A condition in CEL over the live `object`. While it does not hold, or cannot be"
                                                    + " told, the object is progressing."),
                                    optional(
                                            "degraded",
                                            CONDITION,
                                            "A condition in CEL over the live `object`: where it holds, the object will not"
                                                    + " get healthy by itself."))),
                            "How it is told whether objects are healthy whose status does not say so in the standard"
                                    + " conditions.")
                    .orElse("[]"),
            optional(
                    "gate",
                    Fields.of(
                            "GatePods",
                            required(
                                    "image",
                                    new Shape.Text("an image", text -> !text.isBlank(), null),
                                    "homeostat's own image, as the cluster's nodes pull it."),
                            optional("replicas", Shape.whole(1, 100), "How many pods stand in front of a Service.")
                                    .orElse("2")),
                    "The gates in front of Services with the annotation `homeostat.io/gate: enabled`."));

    private static final Fields TARGET = Fields.exactlyOneOf(
            "Target",
            optional("local", Fields.of("Local"), "This machine: workloads run as processes."),
            optional(
                    "kubernetes",
                    CLUSTER,
                    "A cluster. `{}` is the one that the agent's kubeconfig names, or the one that it runs in."));

    private static final Fields HELM = Fields.of(
            "Helm",
            required(
                    "chart",
                    new Shape.Text("a chart", text -> !text.isBlank(), null),
                    "A directory with a `Chart.yaml`, relative to this file's; or the chart's name in `repository`; or"
                            + " `oci://REGISTRY/PATH/NAME`."),
            optional("repository", Shape.TEXT, "The chart repository: `https://HOST/PATH`, where an `index.yaml` is."),
            optional(
                    "version",
                    Shape.TEXT,
                    "The exact version of a chart that is not in this repository. No ranges: a commit means the same"
                            + " thing tomorrow."),
            optional("release", NAME, "`.Release.Name`. By default the application's name."),
            optional("namespace", NAME, "`.Release.Namespace`.").orElse("\"default\""),
            optional(
                            "valuesFiles",
                            new Shape.Elements(PATH),
                            "Files with values, relative to this file's directory; later ones win.")
                    .orElse("[]"),
            optional("values", new Shape.Entries(Shape.ANYTHING), "Values; they win over every file.")
                    .orElse("{}"),
            optional(
                            "kubeVersion",
                            Shape.TEXT,
                            "`.Capabilities.KubeVersion`: what the chart is told the cluster is. Rendering asks no cluster.")
                    .orElse("\"" + Chart.DEFAULT_KUBE_VERSION + "\""));

    public static final Fields ENVIRONMENT = kind(
            "Environment",
            "One directory of the repository, converged onto one target.",
            Fields.of(
                    "EnvironmentSpec",
                    optional("target", TARGET, "What is converged.").orElse("{\"local\": {}}"),
                    optional(
                                    "include",
                                    new Shape.Elements(PATH),
                                    "Directories, relative to the repository's root, that hold this environment's"
                                            + " applications.")
                            .orElse("[\".\"]"),
                    optional(
                                    "images",
                                    new Shape.Entries(IMAGE),
                                    "Where the local target finds each image, by its ordinary name (with or without tag;"
                                            + " `*` is every other):"
                                            + " `dir:PATH`, a directory of the repository relative to its root;"
                                            + " `archive:URL#sha256=HEX`, a tar or zip, verified and cached; `host`,"
                                            + " whatever is on the machine.")
                            .orElse("{}"),
                    optional(
                            "sync",
                            Fields.of(
                                    "EnvironmentSync",
                                    optional("interval", DURATION, "How often the source is polled.")
                                            .orElse("\"30s\""),
                                    DRIFT,
                                    ON_FAILURE,
                                    HEALTH_TIMEOUT,
                                    PRUNING,
                                    WRITE_BACK),
                            "How applications are kept in the declared state, unless they say otherwise."),
                    optional(
                                    "after",
                                    new Shape.Elements(NAME),
                                    "Environments of this repository that have a revision first: synced and healthy, their"
                                            + " rollouts through. What does not pass there does not come here.")
                            .orElse("[]"),
                    optional(
                                    "hold",
                                    DURATION,
                                    "How long each environment in `after` has to have held a revision before it is taken.")
                            .orElse("\"0s\""),
                    optional(
                            "agent",
                            Fields.of(
                                    "EnvironmentAgent",
                                    required("url", URL, "`http://HOST:PORT` or `https://…`, its API."),
                                    optional(
                                            "tokenFile",
                                            new Shape.Text("an absolute path", text -> text.startsWith("/"), "^/"),
                                            "A file on the machine of the agent that asks: one line, a token whose role is"
                                                    + " `viewer`.")),
                            "Where the agent of this environment answers those that come after it."),
                    optional(
                                    "protected",
                                    Shape.FLAG,
                                    "Every command that changes something asks for the environment's name.")
                            .orElse("false")));

    private static boolean isUrl(String text) {
        try {
            return text.matches("https?://\\S+") && new URI(text).getHost() != null;
        } catch (URISyntaxException unreadable) {
            return false;
        }
    }

    public static final Fields APPLICATION = kind(
            "Application",
            "The unit of sync, health, rollback and ownership: the documents of one directory.",
            Fields.of(
                    "ApplicationSpec",
                    optional(
                                    "path",
                                    PATH,
                                    "The directory of its documents, relative to this file's directory. It must not leave"
                                            + " the repository.")
                            .orElse("\".\""),
                    optional(
                                    "dependsOn",
                                    new Shape.Elements(Fields.of(
                                            "Dependency",
                                            required("application", NAME, "Name of the other application."),
                                            optional(
                                                    "when",
                                                    new Shape.Text("an expression", text -> !text.isBlank(), null),
                                                    "A CEL condition over `application` (`name`, `health`, `revision`,"
                                                            + " `ready`) that must hold. Without it: the other one is"
                                                            + " healthy at the revision that Git declares."))),
                                    "Applications that must be there first.")
                            .orElse("[]"),
                    optional(
                            "helm",
                            HELM,
                            "A Helm chart to render, beside the plain documents of the directory. Rendered in-process;"
                                    + " hooks become Jobs with a deadline."),
                    optional(
                            "serviceAccount",
                            ACCOUNT,
                            "On a cluster: the service account, as `NAMESPACE/NAME`, as which its objects are written. Without"
                                    + " it: the agent itself."),
                    optional(
                            "namespaces",
                            new Shape.Elements(NAMESPACE),
                            "The namespaces of which it may have objects; anything else is refused before it is applied. `*`"
                                    + " is every namespace and what belongs to none. Without it: that of `serviceAccount`, or"
                                    + " all where there is none."),
                    optional(
                            "sync",
                            Fields.of("ApplicationSync", DRIFT, ON_FAILURE, HEALTH_TIMEOUT, PRUNING, WRITE_BACK),
                            "How it is kept in the declared state; what is absent is as the environment says.")));

    public static final List<Fields> ALL = Stream.of(
                    List.of(ENVIRONMENT, APPLICATION),
                    AccessKind.ALL,
                    RolloutKind.ALL,
                    ExperimentKind.ALL,
                    ReliabilityKinds.ALL,
                    SloKinds.ALL)
            .flatMap(List::stream)
            .toList();

    private OurKinds() {}

    /** The shape of one of our kinds, or of OpenSLO's; null when it is neither. */
    public static @Nullable Fields find(String apiVersion, String kind) {
        return ALL.stream()
                .filter(each -> each.name().equals(kind)
                        && isOpenSlo(each) == apiVersion.equals(SloKinds.API_VERSION)
                        && (isOpenSlo(each) || apiVersion.equals(API_VERSION)))
                .findFirst()
                .orElse(null);
    }

    public static boolean isOpenSlo(Fields kind) {
        return SloKinds.ALL.contains(kind);
    }

    /** Whether a shape belongs to one of our kinds, rather than to one of Kubernetes'. */
    static boolean isOurs(Fields shape) {
        return ALL.stream().anyMatch(kind -> contains(kind, shape));
    }

    private static boolean contains(Shape outer, Fields shape) {
        return switch (outer) {
            case Fields fields ->
                fields.equals(shape)
                        || fields.members().values().stream().anyMatch(member -> contains(member.shape(), shape));
            case Shape.Elements elements -> contains(elements.element(), shape);
            case Shape.Entries entries -> contains(entries.value(), shape);
            case Shape.TextOr either -> contains(either.other(), shape);
            default -> false;
        };
    }

    static Fields kind(String name, String about, Fields spec) {
        Shape text = new Shape.Entries(Shape.TEXT);
        return Fields.of(
                name,
                required("apiVersion", Shape.choice(API_VERSION), "The version of this kind."),
                required("kind", Shape.choice(name), about),
                required(
                        "metadata",
                        Fields.of(
                                "Metadata",
                                required("name", NAME, "Its name."),
                                optional("namespace", Shape.TEXT, "Plays no part; tools that set it everywhere may."),
                                optional("labels", text, "Free to use."),
                                optional("annotations", text, "Free to use.")),
                        "Its identity."),
                optional("spec", spec, "What is declared.").orElse("{}"));
    }
}
