package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Fields;
import io.homeostat.model.internal.shape.Shape.Member;
import java.util.List;
import java.util.stream.Stream;

/** What is done to a system on purpose, and what must hold meanwhile. */
public final class ExperimentKind {

    private static final Shape TEXT = new Shape.Text("text", text -> !text.isBlank(), null);
    private static final Shape CEL = new Shape.Text("an expression", text -> !text.isBlank(), null);

    private static final Member WORKLOAD = required(
            "workload",
            new Shape.Text("a name, or 'KIND/NAME'", text -> !text.isBlank(), "^(Deployment/|StatefulSet/)?[^/]+$"),
            "The workload: `web` is the Deployment of this name, or write `StatefulSet/db`.");
    private static final Member NAMESPACE =
            optional("namespace", OurKinds.NAME, "Its namespace.").orElse("\"default\"");
    private static final Member INSTANCES = optional(
            "instances", Shape.whole(1, 10_000), "How many instances. One, where neither this nor `percent` is given.");
    private static final Member PERCENT =
            optional("percent", Shape.whole(1, 100), "Which share of the instances, rounded up.");

    private static final Member CONTAINER = optional(
            "container",
            TEXT,
            "Only this one of each instance's containers; all where nothing is said. On a cluster, `terminate` and"
                    + " `crashLoop` of a container leave the pod where it is.");

    private static final Member AFTER = optional(
                    "after", OurKinds.DURATION, "So long after the first of them it begins: one after the other.")
            .orElse("\"0s\"");
    private static final Member LASTS =
            optional("lasts", OurKinds.DURATION, "So long it stays; as long as the experiment where nothing is said.");

    private static final Member FROM = optional(
                    "from",
                    TEXT,
                    "Who calls: `web` is the Deployment of this name, or write `KIND/NAME`; `*` is everybody.")
            .orElse("\"*\"");
    private static final Member TO = required("to", OurKinds.NAME, "The Service that is called.");
    private static final Member REQUESTS =
            optional("percent", Shape.DECIMAL, "Which share of the requests.").orElse("100");
    private static final Member MATCH = optional(
            "match",
            Fields.of(
                    "RequestMatch",
                    optional("method", TEXT, "With this method."),
                    optional("path", TEXT, "Whose path begins so."),
                    optional(
                            "headers",
                            new Shape.Entries(Shape.TEXT),
                            "With each of these headers, which has this value.")),
            "Only these requests, each of the conditions; all where nothing is said. Plain TCP has none of them.");

    private static final Fields FAULT = Fields.exactlyOneOf(
            "Fault",
            processes("kill", "SIGKILL to instances; the target starts them again."),
            processes("terminate", "SIGTERM to instances, as when a node is drained."),
            processes("pause", "SIGSTOP to instances: they are there and do nothing. Undone by SIGCONT."),
            processes(
                    "crashLoop",
                    "SIGKILL to instances again and again: the target starts them, and none gets old.",
                    optional("lives", OurKinds.DURATION, "So long each of their processes may live.")
                            .orElse("\"1s\"")),
            instances("cordon", "Nodes on which instances run take no more pods. On a cluster."),
            instances(
                    "drain",
                    "Nodes on which instances run take no more pods, and lose those that they have, as far as their"
                            + " PodDisruptionBudgets let them go. On a cluster."),
            instances(
                    "taint",
                    "Nodes on which instances run get the taint `homeostat.io/chaos`. On a cluster.",
                    optional(
                                    "effect",
                                    Shape.choice("NoSchedule", "PreferNoSchedule", "NoExecute"),
                                    "What it does to pods that do not tolerate it.")
                            .orElse("\"NoSchedule\"")),
            mesh("networkChaos", "NetworkChaos"),
            mesh("stressChaos", "StressChaos"),
            mesh("ioChaos", "IOChaos"),
            mesh("timeChaos", "TimeChaos"),
            mesh("dnsChaos", "DNSChaos"),
            workload(
                    "scale",
                    "Another number of instances than the declared one. What Git declares stays as it is.",
                    required("to", Shape.whole(0, 1_000), "How many; fewer or more than there are.")),
            workload(
                    "configuration",
                    "A bad value, as if somebody had committed it; something must catch it.",
                    required("configMap", OurKinds.NAME, "The ConfigMap, of the same application."),
                    required("key", TEXT, "Which of its values."),
                    required("value", Shape.TEXT, "The bad one.")),
            workload(
                    "version",
                    "A version that cannot live, as if somebody had committed it; something must catch it.",
                    optional("command", new Elements(Shape.TEXT), "What its containers run.")
                            .orElse("[\"sh\", \"-c\", \"exit 1\"]")),
            workload(
                    "image",
                    "An image that cannot be had, as if somebody had committed it; something must catch it.",
                    optional("name", TEXT, "Its name.").orElse("\"registry.invalid/no-such-image:0\"")),
            processes(
                    "cpu",
                    "Busy processes beside instances, within the limits of each.",
                    optional("workers", Shape.whole(1, 64), "How many; each takes a core if it gets one.")
                            .orElse("1"),
                    optional("load", Shape.whole(1, 100), "So many percent of the time each of them is busy.")
                            .orElse("100")),
            processes(
                    "memory",
                    "Memory taken beside instances, within the limits of each.",
                    required("mebibytes", Shape.whole(1, 65_536), "How much in each of their containers.")),
            processes(
                    "fileDescriptors",
                    "Soft limits of open files, lowered for instances; their hard limits stay.",
                    optional("left", Shape.whole(0, 65_536), "So many more each of their processes may open.")
                            .orElse("0")),
            processes(
                    "io",
                    "Files written and synced beside instances, within the limits of each.",
                    optional("workers", Shape.whole(1, 16), "How many at a time, of 16 MiB each.")
                            .orElse("1")),
            processes(
                    "disk",
                    "A volume of instances, filled; only one that is a file system of its own.",
                    required("volume", TEXT, "Its name in the pod's template."),
                    optional("left", Shape.whole(0, 1_048_576), "So many MiB are left of it.")
                            .orElse("0")),
            edge(
                    "latency",
                    "Requests wait before they go on.",
                    required("mean", OurKinds.DURATION, "How long."),
                    optional("jitter", OurKinds.DURATION, "Each waits up to so much less or more.")
                            .orElse("\"0s\"")),
            edge(
                    "error",
                    "Requests are answered in the Service's place.",
                    optional("status", Shape.whole(400, 599), "With this status.")
                            .orElse("503")),
            edge("reset", "The caller's connection is reset."),
            edge(
                    "blackhole",
                    "Nothing is heard of requests until it ends. Without `from` it cuts the Service off from"
                            + " everybody."),
            edge(
                    "bandwidth",
                    "Responses come slowly.",
                    required("bytesPerSecond", Shape.whole(1, Integer.MAX_VALUE), "Of each response.")),
            edge("corrupt", "A byte of each part of a response's body is another one."),
            fault(
                    "gitUnreachable",
                    "The source of declared state answers nobody; what runs goes on as it is.",
                    Stream.of()),
            fault(
                    "agentDown",
                    "The agent itself is stopped, and goes on at the end of `lasts`, which has to be said; what runs"
                            + " must hold without it.",
                    Stream.of()),
            fault(
                    "apiUnreachable",
                    "The API server of the cluster answers the agent no more; what runs there goes on as it is.",
                    Stream.of()),
            fault(
                    "access",
                    "Somebody who must be refused asks all the same; being let in is a finding.",
                    Stream.of(
                            required(
                                    "url",
                                    new Shape.Text(
                                            "an http or https URL", text -> text.startsWith("http"), "^https?://.+"),
                                    "What is asked for. A host that is the name of a Service stands for its address,"
                                            + " and `homeostat` for the agent's own API."),
                            optional("method", TEXT, "How.").orElse("\"GET\""),
                            optional(
                                    "headers",
                                    new Shape.Entries(Shape.TEXT),
                                    "What he shows, such as a credential that has expired; no secret that is in use.")),
                    optional("refusedWith", TEXT, "Status codes or classes by which he is refused, separated by `|`.")
                            .orElse("\"401|403\"")),
            fault(
                    "person",
                    "A step that a person does, in time; homeostat experiment answer says how it went.",
                    Stream.of(required("who", TEXT, "Who is asked.")),
                    required("task", TEXT, "What for, such as `be unavailable for the next ten minutes`.")),
            fault(
                    "extension",
                    "What an Extension of the catalogue does; homeostat catalog lists them.",
                    Stream.of(
                            required("name", OurKinds.NAME, "The Extension."),
                            optional("workload", TEXT, "The workload that it concerns: `web`, or `KIND/NAME`."),
                            NAMESPACE),
                    optional(
                            "parameters",
                            new Shape.Entries(Shape.TEXT),
                            "What it is told, by name; values are written as text.")));

    private static final Fields PROBE = Fields.of(
            "Probe",
            required("name", TEXT, "As verdicts name it."),
            ProbeShapes.HTTP,
            ProbeShapes.PROCESS,
            ProbeShapes.CEL);

    private static final Fields HYPOTHESIS = Fields.of(
            "Hypothesis",
            optional(
                    "slos",
                    new Elements(new Shape.TextOr(
                            Shape.TEXT,
                            Fields.of(
                                    "KeptSlo",
                                    required("name", TEXT, "Name of the SLO."),
                                    optional(
                                                    "maxBurnRate",
                                                    Shape.DECIMAL,
                                                    "How many times more than the objective allows may go wrong in"
                                                            + " each phase of the run.")
                                            .orElse("1")))),
                    "Objectives that must be kept."),
            optional("probes", new Elements(PROBE), "Checks that must pass, each with `http`, `process` or `cel`."),
            optional("every", OurKinds.DURATION, "How often each is looked at.").orElse("\"500ms\""),
            optional(
                            "steady",
                            OurKinds.DURATION,
                            "How long all must hold without a break before anything is done, and again afterwards.")
                    .orElse("\"3s\""));

    public static final Fields EXPERIMENT = OurKinds.kind(
            "Experiment",
            "What is done to a system on purpose, and what must hold meanwhile.",
            Fields.of(
                    "ExperimentSpec",
                    required("owner", TEXT, "Who answers for it."),
                    optional("description", Shape.TEXT, "What it is to show."),
                    required("hypothesis", HYPOTHESIS, "What must hold before, during and after."),
                    required(
                            "faults",
                            new Elements(FAULT),
                            "What is done: all of it at once, or one after the other by `after` and `lasts`."),
                    optional(
                                    "duration",
                                    OurKinds.DURATION,
                                    "How long the faults stay, at most a day. Each is a lease that ends by itself"
                                            + " then.")
                            .orElse("\"30s\""),
                    optional(
                                    "recovery",
                                    OurKinds.DURATION,
                                    "How long the system may take to be as before once they are gone.")
                            .orElse("\"1m\""),
                    optional(
                            "noticedWithin",
                            OurKinds.DURATION,
                            "So soon after the faults began an alert of what they touch has to fire; at most the"
                                    + " `duration`. Until one does they stay, although a promise breaks. That nobody"
                                    + " noticed is a finding."),
                    optional("abortWhen", CEL, "A CEL condition over the signals that ends the run at once."),
                    optional(
                            "blastRadius",
                            Fields.of(
                                    "BlastRadius",
                                    optional("instances", Shape.whole(1, 10_000), "Of each workload, so many at most.")
                                            .orElse("10000"),
                                    optional(
                                                    "percent",
                                                    Shape.whole(1, 100),
                                                    "Of each workload's instances, so much at most.")
                                            .orElse("50"),
                                    optional(
                                                    "requests",
                                                    Shape.DECIMAL,
                                                    "Of each edge's requests, so much at most, in" + " percent.")
                                            .orElse("100")),
                            "The most that may be touched. A run that would touch more is refused."),
                    optional(
                            "search",
                            Fields.of(
                                    "Search",
                                    required(
                                            "axis",
                                            Shape.choice(
                                                    "latency",
                                                    "requests",
                                                    "instances",
                                                    "load",
                                                    "cpu",
                                                    "memory",
                                                    "bandwidth"),
                                            "What there is more and more of: `latency` in milliseconds, `requests` and"
                                                    + " `instances` in percent, `load` in percent of the time that the"
                                                    + " workers of a `cpu` are busy, `cpu` in workers, `memory` in mebibytes,"
                                                    + " `bandwidth` in bytes per second. Exactly one of the faults has it;"
                                                    + " what that fault says is what must be withstood."),
                                    required("from", Shape.DECIMAL, "The least that is tried."),
                                    required("to", Shape.DECIMAL, "The most; for `bandwidth` less than `from`."),
                                    optional(
                                                    "precision",
                                                    Shape.whole(1, 100),
                                                    "How close what holds and what breaks come, in percent of what"
                                                            + " holds.")
                                            .orElse("25"),
                                    optional("trials", Shape.whole(3, 1000), "So many trials at most.")
                                            .orElse("40"),
                                    optional(
                                                    "breakingTrials",
                                                    Shape.whole(2, 1000),
                                                    "So many trials at most may break the hypothesis.")
                                            .orElse("12"),
                                    optional(
                                                    "errorBudget",
                                                    Shape.DECIMAL,
                                                    "So much at most may be spent of any error budget concerned, in"
                                                            + " percent of the whole budget.")
                                            .orElse("20")),
                            "Finds how much it takes until the hypothesis breaks, instead of doing the faults as they"
                                    + " are."),
                    optional(
                            "preflight",
                            PROBE,
                            "Asked once before anything is done; when it does not pass, nothing begins."),
                    optional(
                            "schedule",
                            Fields.of(
                                    "Schedule",
                                    optional(
                                            "cron",
                                            TEXT,
                                            "At these minutes, as a CronJob has them. What could not begin within an"
                                                    + " hour waits for the next time."),
                                    optional(
                                            "freshness",
                                            OurKinds.DURATION,
                                            "What it shows is never to be older: it runs when four fifths of the time"
                                                    + " are over, and it may."),
                                    optional("timeZone", RolloutKind.ZONE, "Of `cron`.")
                                            .orElse("\"UTC\"")),
                            "Runs it by itself, with exactly one of `cron` and `freshness`: one experiment at a time,"
                                    + " the stalest first.")));

    public static final Fields CALENDAR = OurKinds.kind(
            "Calendar",
            "When nothing may be disturbed on purpose, whoever asks; what runs then is ended.",
            Fields.of(
                    "CalendarSpec",
                    optional("experiments", new Elements(TEXT), "Names of those it is for; `*` stands for all.")
                            .orElse("[\"*\"]"),
                    optional("hours", RolloutKind.WINDOW, "Only in these hours."),
                    optional(
                            "blackouts",
                            new Elements(Fields.of(
                                    "Blackout",
                                    required("from", ReliabilityKinds.TIME, "From this moment on."),
                                    required("to", ReliabilityKinds.TIME, "Until this moment."),
                                    required("reason", TEXT, "Why."))),
                            "Never then."),
                    optional(
                                    "budgetFloor",
                                    Shape.DECIMAL,
                                    "Percent of each error budget concerned that has to be left.")
                            .orElse("0")));

    public static final Fields EXCLUSION = OurKinds.kind(
            "Exclusion",
            "What nobody is to exercise, on somebody's word and for a while; it stays part of the surface.",
            Fields.of(
                    "ExclusionSpec",
                    optional("workload", TEXT, "A workload: `web`, or `KIND/NAME`. Either this or `to`."),
                    optional("to", OurKinds.NAME, "A Service: calls to it."),
                    optional("from", TEXT, "Of this caller only.").orElse("\"*\""),
                    NAMESPACE,
                    optional(
                            "classes",
                            new Elements(Shape.choice(Stream.of(FaultClass.values())
                                    .map(FaultClass::word)
                                    .toArray(String[]::new))),
                            "Of these faults only; all where nothing is said."),
                    required("owner", TEXT, "Who answers for it."),
                    required("reason", TEXT, "Why."),
                    required("until", ReliabilityKinds.TIME, "When it ends by itself.")));

    public static final Fields EXTENSION = OurKinds.kind(
            "Extension",
            "A fault that somebody else's program does and undoes. Experiments name it as `extension`.",
            Fields.of(
                    "ExtensionSpec",
                    required("owner", TEXT, "Who answers for it."),
                    optional("description", Shape.TEXT, "What it does."),
                    optional(
                            "executable",
                            Fields.of(
                                    "ExtensionExecutable",
                                    required(
                                            "command",
                                            new Elements(Shape.TEXT),
                                            "Program and arguments; the request comes on its input, the answer goes to"
                                                    + " its output, both as JSON.")),
                            "A program of this machine. Exactly one of this, `service` and `jar`."),
                    optional(
                            "service",
                            Fields.of(
                                    "ExtensionService",
                                    required(
                                            "url",
                                            new Shape.Text(
                                                    "an http or https URL",
                                                    text -> text.startsWith("http"),
                                                    "^https?://.+"),
                                            "Where `/prepare`, `/start`, `/status` and `/stop` are asked by POST.")),
                            "A service that speaks HTTP."),
                    optional(
                            "jar",
                            Fields.of(
                                    "ExtensionJar",
                                    required("path", TEXT, "The file."),
                                    required(
                                            "fault",
                                            TEXT,
                                            "Which of the faults in it, by the name that it gives itself.")),
                            "A jar with a provider of `io.homeostat.chaos.extension.FaultExtension`."),
                    optional("within", OurKinds.DURATION, "So long each of its answers may take.")
                            .orElse("\"10s\""),
                    optional(
                            "parameters",
                            new Shape.Entries(Fields.of(
                                    "ExtensionParameter",
                                    optional(
                                                    "type",
                                                    Shape.choice("text", "number", "flag", "duration"),
                                                    "What its values are.")
                                            .orElse("\"text\""),
                                    optional("description", Shape.TEXT, "What it is for."),
                                    optional("value", Shape.TEXT, "What holds when none is given."),
                                    optional("required", Shape.FLAG, "Whether one has to be given.")
                                            .orElse("false"))),
                            "What it can be told, by name.")));

    public static final List<Fields> ALL = List.of(EXPERIMENT, CALENDAR, EXCLUSION, EXTENSION);

    private ExperimentKind() {}

    private static Member instances(String name, String about, Member... more) {
        return fault(name, about, Stream.of(WORKLOAD, NAMESPACE, INSTANCES, PERCENT), more);
    }

    /** Instances, or one of the containers of each. */
    private static Member processes(String name, String about, Member... more) {
        return fault(name, about, Stream.of(WORKLOAD, NAMESPACE, INSTANCES, PERCENT, CONTAINER), more);
    }

    private static Member mesh(String name, String kind) {
        return instances(
                name,
                "What Chaos Mesh does by an object of its kind " + kind + ". On a cluster where it is installed.",
                required(
                        "spec",
                        new Shape.Anything(),
                        "Of that object, such as `action`; `selector`, `mode` and `duration` are ours to say."));
    }

    private static Member workload(String name, String about, Member... more) {
        return fault(name, about, Stream.of(WORKLOAD, NAMESPACE), more);
    }

    private static Member edge(String name, String about, Member... more) {
        return fault(name, about, Stream.of(FROM, TO, NAMESPACE, MATCH, REQUESTS), more);
    }

    private static Member fault(String name, String about, Stream<Member> first, Member... more) {
        Member[] members = Stream.of(first, Stream.of(more), Stream.of(AFTER, LASTS))
                .flatMap(each -> each)
                .toArray(Member[]::new);
        return optional(name, Fields.of(Character.toUpperCase(name.charAt(0)) + name.substring(1), members), about);
    }
}
