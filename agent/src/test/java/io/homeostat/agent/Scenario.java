package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/** Plays the lines of a scenario on a stage. The language is described in {@code scenarios/README.md}. */
final class Scenario {

    private static final Set<String> REQUESTS = Set.of("unfreeze", "release", "confirm");

    private final Stage stage;
    private final Map<String, Set<Long>> remembered = new HashMap<>();
    private String revision = "";
    private long sinceCommit;

    Scenario(Stage stage) {
        this.stage = stage;
    }

    void play(List<String> lines) throws Exception {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            List<String> block = new ArrayList<>();
            int number = i + 1;
            while (i + 1 < lines.size() && lines.get(i + 1).startsWith("  ")) {
                block.add(lines.get(++i).substring(2));
            }
            try {
                play(List.of(line.split(" +")), block);
            } catch (AssertionError | Exception failed) {
                throw new AssertionError("line " + number + ", `" + line + "`: " + failed.getMessage(), failed);
            }
        }
    }

    private void play(List<String> words, List<String> block) throws Exception {
        String rest = String.join(" ", words.subList(1, words.size()));
        switch (words.getFirst()) {
            case "deployment" -> deployment(words);
            case "config" -> config(words);
            case "file" -> stage.write(words.get(1), String.join("\n", block) + "\n");
            case "delete" -> stage.delete(words.get(1));
            case "move" -> move(words.get(1), words.get(2));
            case "commit" -> commit(rest);
            case "rewrite" -> rewrite();
            case "from" -> sinceCommit = head();
            case "start" -> stage.startAgent();
            case "kill" -> kill(words.get(1));
            case "tamper" -> tamper(words.get(1), words.get(2), words.get(3));
            case "freeze" ->
                request(
                        "freeze",
                        Map.of("application", words.get(1), "owner", "ann", "reason", "release day", "for", "1h"));
            case "rollout" -> request("rollout", Map.of("action", words.get(1), "name", words.get(2), "by", "ann"));
            case "rollback" -> rollback(words);
            case "plan" -> plan(words.get(2), words.get(4));
            case "experiment" -> experiment(words);
            case "refused" -> refused(words);
            case "halt" -> request("halt", Map.of("by", "ann", "reason", rest));
            case "resume" -> request("resume", Map.of("by", "ann"));
            case "await" -> await(words);
            case "no" ->
                assertThat(eventsSinceCommit())
                        .extracting(event -> event.text("type", ""))
                        .doesNotContain(words.get(2));
            case "running" -> running(words.subList(1, words.size()));
            case "remember" -> remembered.put(words.get(1), pids(words.get(1)));
            case "same" -> assertThat(pids(words.get(1))).isEqualTo(remembered.get(words.get(1)));
            default -> {
                if (!REQUESTS.contains(words.getFirst())) {
                    throw new IOException("unknown word '" + words.getFirst() + "'; see scenarios/README.md");
                }
                request(words.getFirst(), Map.of("application", words.get(1)));
            }
        }
    }

    private void rollback(List<String> words) throws IOException {
        Map<String, String> request = new TreeMap<>(Map.of("application", words.get(1)));
        if (words.size() > 3) {
            request.put("revision", words.get(3));
        }
        request("rollback", request);
    }

    private void plan(String revision, String expected) throws IOException {
        assertThat(stage.get("/api/v1/plan?revision=" + revision).sequence("applications"))
                .extracting(plan -> ((Node.Mapping) plan).text("summary", ""))
                .anySatisfy(summary -> assertThat(summary).contains(expected));
    }

    private void deployment(List<String> words) throws IOException {
        String[] name = words.get(1).split("/");
        Map<String, String> options = options(words);
        String command = words.contains("crashes") ? "exit 3" : Stage.RUNS;
        stage.write(
                "apps/" + name[0] + "/" + name[1] + ".yaml",
                Stage.deployment(
                        name[1],
                        Integer.parseInt(options.getOrDefault("replicas", "1")),
                        Integer.parseInt(options.getOrDefault("deadline", "60")),
                        options.getOrDefault("version", "1"),
                        command));
    }

    private void config(List<String> words) throws IOException {
        String[] name = words.get(1).split("/");
        Node.Mapping data = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> option : options(words).entrySet()) {
            data = data.with(option.getKey(), option.getValue());
        }
        Node.Mapping document = Node.Mapping.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "ConfigMap")
                .with("metadata", Node.Mapping.EMPTY.with("name", name[1]))
                .with("data", data);
        stage.write("apps/" + name[0] + "/" + name[1] + ".yaml", Json.pretty(document));
    }

    private static Map<String, String> options(List<String> words) {
        Map<String, String> options = new TreeMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                options.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return options;
    }

    private void move(String from, String to) throws IOException {
        Path target = stage.repository.resolve(to);
        Files.createDirectories(target.getParent());
        Files.move(stage.repository.resolve(from), target);
    }

    private void commit(String message) throws Exception {
        sinceCommit = head();
        revision = stage.commit(message);
    }

    private void rewrite() throws Exception {
        sinceCommit = head();
        stage.git("checkout", "-q", "--orphan", "other");
        stage.git("commit", "-q", "-m", "another history");
        stage.git("branch", "-q", "-M", "main");
        stage.git("reflog", "expire", "--expire=now", "--all");
        stage.git("gc", "-q", "--prune=now");
        revision = stage.git("rev-parse", "HEAD");
    }

    private long head() throws IOException {
        if (!stage.agentLives()) {
            return sinceCommit;
        }
        List<Node.Mapping> newest = stage.events("last=1");
        return newest.isEmpty() ? 0 : newest.getFirst().integer("sequence", 0);
    }

    private List<Node.Mapping> eventsSinceCommit() throws IOException {
        return stage.events("after=" + sinceCommit);
    }

    private void kill(String what) throws Exception {
        if (what.equals("agent")) {
            stage.killAgent();
            return;
        }
        long victim = pids(what).iterator().next();
        ProcessHandle.of(victim).orElseThrow().destroyForcibly();
        ProcessHandle.of(victim).ifPresent(process -> process.onExit().join());
    }

    /** Edits the value of a key in the data of an applied object, where the target keeps it. */
    private void tamper(String object, String key, String value) throws IOException {
        String kind = object.substring(0, object.indexOf('/'));
        String name = object.substring(object.indexOf('/') + 1) + ".json";
        try (var files = Files.walk(stage.state.resolve("target/objects"))) {
            Path file = files.filter(path -> path.endsWith(name)
                            && (path.toString().contains("/" + kind + "/")
                                    || path.toString().contains("/" + kind + ".")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no file of " + object + " below target/objects"));
            String before = Files.readString(file, StandardCharsets.UTF_8);
            String after = before.replaceAll("(\"" + key + "\"\\s*:\\s*)\"[^\"]*\"", "$1\"" + value + "\"");
            assertThat(after).as("edited %s", file).isNotEqualTo(before);
            Files.writeString(file, after);
        }
    }

    private void experiment(List<String> words) throws IOException {
        request("experiment", Map.of("action", words.get(1), "name", words.get(2), "by", "ann"));
    }

    /** {@code refused NAME WORDS}: the experiment may not begin, and that is why. */
    private void refused(List<String> words) throws IOException {
        Node.Mapping body = Node.Mapping.EMPTY
                .with("action", "run")
                .with("name", words.get(1))
                .with("by", "ann");
        Node.Mapping answer = stage.post("/api/v1/experiment", Json.write(body));
        assertThat(Json.write(answer)).contains(String.join(" ", words.subList(2, words.size())));
        assertThat(answer.text("run")).as("it was refused").isNull();
    }

    /** Whether a cell of the surface was passed of late. */
    private boolean passedFresh(String target, String faultClass) {
        try {
            return stage.get("/api/v1/coverage").sequence("cells").stream()
                    .map(Node.Mapping.class::cast)
                    .anyMatch(cell -> cell.text("target", "").equals(target)
                            && cell.text("class", "").equals(faultClass)
                            && cell.flag("passed", false)
                            && cell.get("worth") instanceof Node.Numeric worth
                            && worth.value().doubleValue() >= 1);
        } catch (IOException notNow) {
            return false;
        }
    }

    /** The verdict of the newest run; empty as long as it goes on. */
    private String verdict(String name) {
        try {
            Node.Mapping answer = stage.get("/api/v1/experiments?name=" + name);
            return answer.mapping("experiment").mapping("last").text("verdict", "");
        } catch (IOException notNow) {
            return "";
        }
    }

    private void await(List<String> words) throws IOException {
        if (words.get(1).equals("event")) {
            String about = String.join(" ", words.subList(3, words.size()));
            stage.await("event " + words.get(2), status -> happened(words.get(2), about));
        } else if (words.get(1).equals("passed")) {
            stage.await(words.get(2) + " passed " + words.get(3), status -> passedFresh(words.get(2), words.get(3)));
        } else if (words.get(1).equals("nothing")) {
            nothingLeft();
        } else if (words.get(1).equals("experiment")) {
            stage.await(
                    "experiment " + words.get(2) + " " + words.get(3),
                    status -> verdict(words.get(2)).equals(words.get(3)));
        } else if (words.get(1).equals("slo")) {
            String state = String.join(" ", words.subList(3, words.size()));
            stage.await(
                    "slo " + words.get(2) + " " + state,
                    status -> objective(words.get(2)).equals(state));
        } else {
            stage.await(words.get(1) + " " + words.get(2), status -> {
                Node.Mapping view = Stage.application(status, words.get(1));
                boolean settled = !words.get(2).equals("synced")
                        || view.mapping("health").text("status", "").equals("healthy");
                return view.text("state", "").equals(words.get(2))
                        && settled
                        && status.mapping("source").text("revision", "").equals(revision);
            });
        }
    }

    /** The word that {@code homeostat slo} has for an objective; empty as long as there is none. */
    private String objective(String name) {
        try {
            Node.Mapping answer = stage.get("/api/v1/slo?name=" + name);
            return answer.sequence("slos").isEmpty()
                    ? ""
                    : ((Node.Mapping) answer.sequence("slos").getFirst()).text("state", "");
        } catch (IOException notNow) {
            return "";
        }
    }

    private boolean happened(String type, String about) {
        try {
            return eventsSinceCommit().stream()
                    .anyMatch(event -> event.text("type", "").equals(type)
                            && event.text("message", "").contains(about));
        } catch (IOException notNow) {
            return false;
        }
    }

    /** Asks nobody: there may be no agent. */
    private void nothingLeft() {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        List<String> left = FaultsLeft.below(stage.directory);
        while (!left.isEmpty()) {
            assertThat(System.nanoTime()).as("left of faults: %s", left).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
            left = FaultsLeft.below(stage.directory);
        }
    }

    private void running(List<String> expected) {
        Map<String, Integer> counts = new TreeMap<>();
        options(expected).forEach((mark, count) -> counts.put(mark, Integer.parseInt(count)));
        stage.awaitRunning(counts);
    }

    private Set<Long> pids(String mark) {
        return new TreeSet<>(stage.running().getOrDefault(mark, List.of()));
    }

    private void request(String what, Map<String, String> fields) throws IOException {
        Node.Mapping body = Node.Mapping.EMPTY;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            body = body.with(field.getKey(), field.getValue());
        }
        Node.Mapping answer = stage.post("/api/v1/" + what, Json.write(body));
        assertThat(answer.text("detail")).as("answer to %s", what).isNull();
    }
}
