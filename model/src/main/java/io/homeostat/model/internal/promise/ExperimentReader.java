package io.homeostat.model.internal.promise;

import io.homeostat.model.Document;
import io.homeostat.model.Durations;
import io.homeostat.model.Expressions;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.chaos.Aim;
import io.homeostat.model.chaos.Effect;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.FaultClass;
import io.homeostat.model.chaos.Hypothesis;
import io.homeostat.model.chaos.Hypothesis.Check;
import io.homeostat.model.chaos.Requests;
import io.homeostat.model.internal.our.ReliabilityKinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code kind: Experiment}. */
public final class ExperimentReader {

    private static final List<String> CRASHES = List.of("sh", "-c", "exit 1");

    /** {@code .invalid} is a name that nobody can ever have (RFC 2606). */
    private static final String NO_IMAGE = "registry.invalid/no-such-image:0";

    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration LONGEST_DOWN = Duration.ofMinutes(10);
    private static final Duration SHORTEST_LOOK = Duration.ofMillis(50);

    private final Document document;
    private final List<Problem> problems;
    private final int before;

    private ExperimentReader(Document document, List<Problem> problems) {
        this.document = document;
        this.problems = problems;
        this.before = problems.size();
    }

    /**
     * @param document without an error in any single field
     * @return null when its fields do not go together, which is reported
     */
    public static @Nullable Experiment read(Document document, List<Problem> problems) {
        return new ExperimentReader(document, problems).read();
    }

    private @Nullable Experiment read() {
        Node.Mapping spec = document.spec();
        Hypothesis hypothesis = hypothesis(spec.mapping("hypothesis"));
        Duration duration = duration(spec, "duration", Duration.ofSeconds(30));
        List<Experiment.Fault> faults = faults(spec, duration);
        if (duration.isZero() || duration.compareTo(LONGEST) > 0) {
            error(at(spec, "duration"), "a fault lasts more than no time and at most a day");
        }
        if (spec.get("abortWhen") instanceof Node.Text condition) {
            Expressions.checkSignals(condition, problems);
        }
        Node.Mapping blast = spec.mapping("blastRadius");
        Experiment read = new Experiment(
                document.key().name(),
                spec.text("owner", ""),
                spec.text("description", ""),
                hypothesis,
                faults,
                duration,
                duration(spec, "recovery", Duration.ofMinutes(1)),
                spec.text("abortWhen"),
                new Experiment.Blast(
                        blast.integer("instances", 10_000),
                        blast.integer("percent", Experiment.Blast.MAJORITY_STAYS),
                        decimal(blast, "requests", 100)),
                noticedWithin(spec, duration),
                spec.get("search") instanceof Node.Mapping search ? SearchReader.read(search, faults, problems) : null,
                spec.get("preflight") instanceof Node.Mapping hook ? probe(hook) : null,
                spec.get("schedule") instanceof Node.Mapping schedule
                        ? ScheduleReader.schedule(schedule, problems)
                        : null,
                document.at());
        return problems.size() == before ? read : null;
    }

    private @Nullable Duration noticedWithin(Node.Mapping spec, Duration whole) {
        Duration within = Durations.parse(spec.text("noticedWithin", ""));
        if (within != null && (within.isZero() || within.compareTo(whole) > 0)) {
            error(
                    at(spec, "noticedWithin"),
                    "nobody notices what is over: it is more than 0s and at most the `duration`, "
                            + Durations.format(whole));
        }
        if (within != null && spec.get("search") != null) {
            error(
                    at(spec, "noticedWithin"),
                    "a search asks what it takes, not whether somebody notices; leave one out");
        }
        return within;
    }

    private Hypothesis hypothesis(Node.Mapping spec) {
        List<Check> checks = new ArrayList<>();
        for (Node each : spec.sequence("slos")) {
            checks.add(
                    each instanceof Node.Mapping slo
                            ? new Hypothesis.Slo(slo.text("name", ""), decimal(slo, "maxBurnRate", 1))
                            : new Hypothesis.Slo(each.toString(), 1));
        }
        for (Node each : spec.sequence("probes")) {
            if (each instanceof Node.Mapping probe) {
                Check check = probe(probe);
                if (check != null) {
                    checks.add(check);
                }
            }
        }
        if (checks.isEmpty()) {
            error(spec.at(), "the hypothesis says nothing that could be checked; name slos or probes");
        }
        Duration every = duration(spec, "every", Duration.ofMillis(500));
        if (every.compareTo(SHORTEST_LOOK) < 0) {
            error(at(spec, "every"), "looking more often than every 50ms says more of the looking than of the system");
        }
        return new Hypothesis(checks, every, duration(spec, "steady", Duration.ofSeconds(3)));
    }

    private @Nullable Check probe(Node.Mapping probe) {
        return ProbeReader.read(probe, "bad-experiment", problems);
    }

    private List<Experiment.Fault> faults(Node.Mapping spec, Duration whole) {
        List<Experiment.Fault> faults = new ArrayList<>();
        for (Node each : spec.sequence("faults")) {
            if (each instanceof Node.Mapping fault) {
                fault.fields().forEach((word, field) -> {
                    FaultClass kind = FaultClass.of(word);
                    if (kind != null && field.value() instanceof Node.Mapping said) {
                        Duration after = duration(said, "after", Duration.ZERO);
                        Duration lasts = duration(said, "lasts", whole);
                        if (after.compareTo(whole) >= 0) {
                            error(at(said, "after"), "it would begin when everything is over");
                        }
                        if (kind == FaultClass.AGENT_DOWN) {
                            agentDown(spec, said, after, lasts, whole);
                        }
                        faults.add(new Experiment.Fault(
                                word + "-" + (faults.size() + 1), aim(kind, said), effect(kind, said), after, lasts));
                    }
                });
            }
        }
        agentDown(spec.sequence("faults"), whole);
        if (faults.isEmpty()) {
            error(spec.at(), "an experiment does something; name at least one fault");
        }
        return List.copyOf(faults);
    }

    /** Nothing may rely on an agent that is not there. */
    private void agentDown(Node.Mapping spec, Node.Mapping said, Duration after, Duration lasts, Duration whole) {
        if (after.plus(lasts).compareTo(whole) >= 0) {
            error(
                    at(said, "lasts"),
                    "the agent has to be back before the run is over, to look once more: `after` and `lasts` together"
                            + " are less than the `duration`, " + Durations.format(whole));
        }
        if (lasts.compareTo(LONGEST_DOWN) > 0) {
            error(at(said, "lasts"), "while the agent is down nobody can halt anything, so it is at most 10m");
        }
        if (spec.get("noticedWithin") != null) {
            error(at(spec, "noticedWithin"), "while the agent is down nobody fires alerts; leave one out");
        }
        for (Node each : spec.mapping("hypothesis").sequence("probes")) {
            if (each instanceof Node.Mapping probe && probe.get("cel") != null) {
                error(
                        probe.at(),
                        "while the agent is down nobody can tell what " + probe.text("name", "")
                                + " asks; use slos, and probes with http or process");
            }
        }
    }

    /** Nobody begins anything while it is down. */
    private void agentDown(List<Node> faults, Duration whole) {
        String word = FaultClass.AGENT_DOWN.word();
        for (int i = 0; i < faults.size(); i++) {
            if (!(faults.get(i) instanceof Node.Mapping one) || !(one.get(word) instanceof Node.Mapping down)) {
                continue;
            }
            Duration from = duration(down, "after", Duration.ZERO);
            Duration to = from.plus(duration(down, "lasts", whole));
            for (int j = 0; j < faults.size(); j++) {
                if (j == i || !(faults.get(j) instanceof Node.Mapping fault)) {
                    continue;
                }
                fault.fields().forEach((name, field) -> {
                    if (field.value() instanceof Node.Mapping said) {
                        Duration after = duration(said, "after", Duration.ZERO);
                        boolean again = name.equals(word) && after.equals(from);
                        if (again || (after.compareTo(from) > 0 && after.compareTo(to) <= 0)) {
                            error(
                                    at(said, "after"),
                                    "nobody would begin " + name + " then: the agent is down from "
                                            + Durations.format(from) + " to " + Durations.format(to)
                                            + "; let it begin by then, or later");
                        }
                    }
                });
            }
        }
    }

    /** {@code kind: Exclusion}. @return null when its fields do not go together, which is reported */
    static @Nullable Exclusion exclusion(Document document, List<Problem> problems) {
        Node.Mapping spec = document.spec();
        String namespace = spec.text("namespace", ObjectKey.DEFAULT_NAMESPACE);
        String workload = spec.text("workload");
        String to = spec.text("to");
        Instant until = ReliabilityKinds.moment(spec.text("until", ""));
        if ((workload == null) == (to == null) || until == null) {
            problems.add(Problem.error(
                    spec.at(), "bad-exclusion", "an exclusion is of a workload, or of calls to a Service (`to`)"));
            return null;
        }
        String from = spec.text("from", Aim.Edge.ANYBODY);
        String target = workload != null
                ? workload(workload, namespace).toString()
                : (from.equals(Aim.Edge.ANYBODY)
                                ? from
                                : workload(from, namespace).toString())
                        + " → " + new ObjectKey("", "Service", namespace, String.valueOf(to));
        Set<String> classes = new TreeSet<>();
        spec.sequence("classes").forEach(each -> classes.add(each.toString()));
        return new Exclusion(
                document.key().name(),
                target,
                Set.copyOf(classes),
                spec.text("owner", ""),
                spec.text("reason", ""),
                until);
    }

    private Aim aim(FaultClass kind, Node.Mapping said) {
        String namespace = said.text("namespace", ObjectKey.DEFAULT_NAMESPACE);
        if (kind.isOnEdge()) {
            double percent = decimal(said, "percent", 100);
            if (!(percent > 0 && percent <= 100)) {
                error(at(said, "percent"), "a share of the requests is more than 0 and at most 100");
            }
            String from = said.text("from", Aim.Edge.ANYBODY);
            return new Aim.Edge(
                    from.equals(Aim.Edge.ANYBODY)
                            ? from
                            : workload(from, namespace).toString(),
                    new ObjectKey("", "Service", namespace, said.text("to", "")).toString(),
                    requests(said.mapping("match")),
                    percent);
        }
        switch (kind) {
            case API_UNREACHABLE -> {
                return new Aim.Outside("the API server", null);
            }
            case GIT_UNREACHABLE -> {
                return new Aim.Outside("the source", null);
            }
            case AGENT_DOWN -> {
                return new Aim.Outside("the agent", null);
            }
            case ACCESS -> {
                return new Aim.Outside(said.text("url", ""), null);
            }
            case PERSON -> {
                return new Aim.Outside(said.text("who", ""), null);
            }
            default -> {}
        }
        if (kind == FaultClass.EXTENSION) {
            String workload = said.text("workload");
            return new Aim.Outside(said.text("name", ""), workload == null ? null : workload(workload, namespace));
        }
        if (kind.on() == FaultClass.On.WORKLOAD || kind.on() == FaultClass.On.PIPELINE) {
            return new Aim.Workload(workload(said.text("workload", ""), namespace));
        }
        int count = said.integer("instances", 0);
        int percent = said.integer("percent", 0);
        if (count > 0 && percent > 0) {
            error(at(said, "percent"), "either a number of instances or a share of them, not both");
        }
        ObjectKey workload = workload(said.text("workload", ""), namespace);
        return new Aim.Instances(workload, count == 0 && percent == 0 ? 1 : count, percent, said.text("container"));
    }

    private static Requests requests(Node.Mapping said) {
        return new Requests(said.text("method", ""), said.text("path", ""), entries(said.mapping("headers")));
    }

    private static Map<String, String> entries(Node.Mapping said) {
        Map<String, String> entries = new TreeMap<>();
        said.fields().forEach((name, field) -> entries.put(name, field.value().toString()));
        return entries;
    }

    private static ObjectKey workload(String said, String namespace) {
        int slash = said.indexOf('/');
        String kind = slash < 0 ? "Deployment" : said.substring(0, slash);
        return new ObjectKey(kind.endsWith("Job") ? "batch" : "apps", kind, namespace, said.substring(slash + 1));
    }

    private Effect effect(FaultClass kind, Node.Mapping said) {
        return switch (kind) {
            case KILL -> new Effect.Kill();
            case TERMINATE -> new Effect.Terminate();
            case PAUSE -> new Effect.Pause();
            case CRASH_LOOP -> crashLoop(said);
            case CORDON -> new Effect.Cordon();
            case DRAIN -> new Effect.Drain();
            case TAINT -> new Effect.Taint(said.text("effect", "NoSchedule"));
            case NETWORK_CHAOS, STRESS_CHAOS, IO_CHAOS, TIME_CHAOS, DNS_CHAOS ->
                new Effect.Mesh(kind, said.mapping("spec"));
            case API_UNREACHABLE -> new Effect.ApiUnreachable();
            case SCALE -> new Effect.Scale(said.integer("to", 0));
            case CONFIGURATION ->
                new Effect.Configuration(said.text("configMap", ""), said.text("key", ""), said.text("value", ""));
            case VERSION -> new Effect.Version(said.get("command") == null ? CRASHES : texts(said.sequence("command")));
            case IMAGE -> new Effect.Image(said.text("name", NO_IMAGE));
            case CPU -> new Effect.Cpu(said.integer("workers", 1), said.integer("load", 100));
            case MEMORY -> new Effect.Memory(said.integer("mebibytes", 1));
            case FILE_DESCRIPTORS -> new Effect.FileDescriptors(said.integer("left", 0));
            case IO -> new Effect.Io(said.integer("workers", 1));
            case DISK -> new Effect.Disk(said.text("volume", ""), said.integer("left", 0));
            case LATENCY -> latency(said);
            case ERROR -> new Effect.Failure(said.integer("status", 503));
            case RESET -> new Effect.Reset();
            case BLACKHOLE -> new Effect.Blackhole();
            case BANDWIDTH -> new Effect.Bandwidth(said.integer("bytesPerSecond", 1));
            case CORRUPT -> new Effect.Corrupt();
            case GIT_UNREACHABLE -> new Effect.GitUnreachable();
            case AGENT_DOWN -> new Effect.AgentDown();
            case ACCESS ->
                new Effect.Access(
                        said.text("url", ""),
                        said.text("method", "GET"),
                        entries(said.mapping("headers")),
                        said.text("refusedWith", "401|403"));
            case PERSON -> new Effect.Person(said.text("who", ""), said.text("task", ""));
            case EXTENSION -> new Effect.Extended(said.text("name", ""), entries(said.mapping("parameters")));
        };
    }

    private Effect crashLoop(Node.Mapping said) {
        Duration lives = duration(said, "lives", Duration.ofSeconds(1));
        if (lives.isZero()) {
            error(at(said, "lives"), "a process that lives for no time was never there; say more than 0s");
        }
        return new Effect.CrashLoop(lives);
    }

    private Effect latency(Node.Mapping said) {
        Duration mean = duration(said, "mean", Duration.ZERO);
        Duration jitter = duration(said, "jitter", Duration.ZERO);
        if (jitter.compareTo(mean) > 0) {
            error(at(said, "jitter"), "nobody waits less than no time: the jitter is at most the mean");
        }
        return new Effect.Latency(mean, jitter);
    }

    private static List<String> texts(List<Node> nodes) {
        return nodes.stream().map(Node::toString).toList();
    }

    private static Duration duration(Node.Mapping in, String key, Duration otherwise) {
        return Objects.requireNonNullElse(Durations.parse(in.text(key, "")), otherwise);
    }

    private static double decimal(Node.Mapping in, String key, double otherwise) {
        return in.get(key) instanceof Node.Numeric number ? number.value().doubleValue() : otherwise;
    }

    private static Position at(Node.Mapping in, String key) {
        Node value = in.get(key);
        return value == null ? in.at() : value.at();
    }

    private void error(Position at, String message) {
        problems.add(Problem.error(at, "bad-experiment", message));
    }
}
