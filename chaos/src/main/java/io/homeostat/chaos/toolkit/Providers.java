package io.homeostat.chaos.toolkit;

import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Position;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Does what an activity says: a call, a program, a function of Python. */
final class Providers {

    /** It could not be done, or took too long. */
    static final class Failed extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    private final Variables variables;
    private final Map<String, String> environment;
    private final @Nullable String python;

    /** @param python the interpreter for functions of Python; null: there is none */
    Providers(Variables variables, Map<String, String> environment, @Nullable String python) {
        this.variables = variables;
        this.environment = environment;
        this.python = python;
    }

    /** @return what it answered, as the reference tool has it */
    Node run(Node.Mapping provider) throws Failed, InterruptedException {
        return switch (provider.text("type", "")) {
            case "http" -> http(provider);
            case "process" -> program(provider);
            default -> python(provider);
        };
    }

    private Node http(Node.Mapping provider) throws Failed, InterruptedException {
        String url = variables.fill(provider.text("url", ""));
        String method = provider.text("method", "GET").toUpperCase(Locale.ROOT);
        Node said = provider.get("arguments");
        Node arguments = said == null ? Node.Mapping.EMPTY : variables.fill(said);
        boolean query = method.equals("GET");
        boolean form = !query && arguments instanceof Node.Mapping mapping && !mapping.isEmpty();
        try {
            String address = query ? withQuery(url, arguments) : url;
            BodyPublisher body = query
                    ? BodyPublishers.noBody()
                    : form ? BodyPublishers.ofString(encoded(arguments)) : text(arguments);
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(address)).method(method, body);
            if (form) {
                request.setHeader("Content-Type", "application/x-www-form-urlencoded");
            }
            for (Map.Entry<String, Node.Field> each :
                    provider.mapping("headers").fields().entrySet()) {
                request.setHeader(
                        each.getKey(),
                        Values.text(variables.fill(each.getValue().value())));
            }
            Duration timeout = timeout(provider);
            if (timeout != null) {
                request.timeout(timeout);
            }
            try (HttpClient client = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build()) {
                return answer(client.send(request.build(), BodyHandlers.ofString()));
            }
        } catch (HttpTimeoutException late) {
            throw new Failed("activity took too long to complete");
        } catch (IOException | IllegalArgumentException unreachable) {
            throw new Failed("failed to connect to " + url + ": " + unreachable);
        }
    }

    private static Node answer(HttpResponse<String> response) {
        Node.Mapping headers = Node.Mapping.EMPTY;
        for (Map.Entry<String, List<String>> each : response.headers().map().entrySet()) {
            if (!each.getKey().startsWith(":")) {
                headers = headers.with(capitalized(each.getKey()), String.join(", ", each.getValue()));
            }
        }
        Node body = new Node.Text(response.body(), Position.NONE);
        if (response.headers().firstValue("content-type").orElse("").equals("application/json")) {
            try {
                body = Json.read(response.body());
            } catch (Json.MalformedException notWhatItSays) {
                body = new Node.Text(response.body(), Position.NONE);
            }
        }
        return Node.Mapping.EMPTY
                .with("status", response.statusCode())
                .with("headers", headers)
                .with("body", body);
    }

    /** As most servers write them; the client only knows small letters. */
    private static String capitalized(String header) {
        return List.of(header.split("-")).stream()
                .map(word -> word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("-"));
    }

    private static BodyPublisher text(Node arguments) {
        return arguments instanceof Node.Mapping
                ? BodyPublishers.noBody()
                : BodyPublishers.ofString(Values.text(arguments));
    }

    private static String withQuery(String url, Node arguments) {
        String query = arguments instanceof Node.Mapping ? encoded(arguments) : Values.text(arguments);
        return query.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + query;
    }

    private static String encoded(Node arguments) {
        List<String> pairs = new ArrayList<>();
        if (arguments instanceof Node.Mapping mapping) {
            mapping.fields().forEach((key, field) -> {
                List<Node> values =
                        field.value() instanceof Node.Sequence list ? list.elements() : List.of(field.value());
                values.forEach(value -> pairs.add(URLEncoder.encode(key, StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(Values.text(value), StandardCharsets.UTF_8)));
            });
        }
        return String.join("&", pairs);
    }

    private static @Nullable Duration timeout(Node.Mapping provider) {
        Node said = provider.get("timeout");
        // Two of them are for the connection and for the answer.
        Node last = said instanceof Node.Sequence list && !list.elements().isEmpty()
                ? list.elements().getLast()
                : said;
        return last instanceof Node.Numeric number
                ? Duration.ofMillis(Math.max(
                        1, number.value().multiply(BigDecimal.valueOf(1000)).longValue()))
                : null;
    }

    private Node program(Node.Mapping provider) throws Failed, InterruptedException {
        Path path = executable(variables.fill(provider.text("path", "")), environment);
        if (path == null) {
            throw new Failed("path '" + provider.text("path", "") + "' cannot be found");
        }
        Node said = provider.get("arguments");
        Node arguments = said == null ? new Node.Sequence(List.of(), Position.NONE) : variables.fill(said);
        List<String> command = new ArrayList<>();
        if (arguments instanceof Node.Text line) {
            command.addAll(List.of("/bin/sh", "-c", path + " " + line.value()));
        } else {
            command.add(path.toString());
            if (arguments instanceof Node.Mapping mapping) {
                mapping.fields().forEach((key, field) -> {
                    command.add(key);
                    add(field.value(), command);
                });
            } else if (arguments instanceof Node.Sequence list) {
                list.elements().forEach(each -> add(each, command));
            }
        }
        return execute(command, "", timeout(provider));
    }

    private static void add(Node argument, List<String> command) {
        String text = Values.text(argument);
        if (!(argument instanceof Node.Null) && !text.isEmpty()) {
            command.add(text);
        }
    }

    /** The file that a name stands for, as a shell finds it; null when there is none that may be run. */
    static @Nullable Path executable(String said, Map<String, String> environment) {
        String name = said.startsWith("~/") ? environment.getOrDefault("HOME", "~") + said.substring(1) : said;
        if (name.contains("/")) {
            Path path = Path.of(name);
            return Files.isRegularFile(path) && Files.isExecutable(path) ? path : null;
        }
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path path = Path.of(directory, name);
            if (!name.isEmpty() && Files.isRegularFile(path) && Files.isExecutable(path)) {
                return path;
            }
        }
        return null;
    }

    private Node.Mapping execute(List<String> command, String input, @Nullable Duration timeout)
            throws Failed, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException notStarted) {
            throw new Failed(String.valueOf(notStarted.getMessage()));
        }
        FutureTask<String> out = reading(process.getInputStream());
        FutureTask<String> err = reading(process.getErrorStream());
        boolean ended = false;
        try {
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException unread) {
                // Who needs no input does not read it.
                ended = !process.isAlive();
            }
            if (timeout == null) {
                process.waitFor();
            } else if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Failed("process activity took too long to complete");
            }
            ended = true;
            return Node.Mapping.EMPTY
                    .with("status", process.exitValue())
                    .with("stdout", out.get())
                    .with("stderr", err.get());
        } catch (ExecutionException unreadable) {
            throw new Failed(String.valueOf(unreadable.getMessage()));
        } finally {
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private static FutureTask<String> reading(InputStream stream) {
        FutureTask<String> reading = new FutureTask<>(() -> {
            try (stream) {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        Thread.ofVirtual().start(reading);
        return reading;
    }

    private Node python(Node.Mapping provider) throws Failed, InterruptedException {
        Node.Mapping secrets = Node.Mapping.EMPTY;
        for (Node group : provider.sequence("secrets")) {
            for (Map.Entry<String, String> each :
                    variables.secrets(group.toString()).entrySet()) {
                secrets = secrets.with(each.getKey(), each.getValue());
            }
        }
        Node.Mapping request = Node.Mapping.EMPTY
                .with("module", provider.text("module", ""))
                .with("func", provider.text("func", ""))
                .with("arguments", variables.fill(provider.mapping("arguments")))
                .with("configuration", variables.configuration())
                .with("secrets", secrets);
        Node.Mapping answer;
        try {
            answer = execute(
                    List.of(Objects.requireNonNull(python), "-c", script()), Json.write(request), timeout(provider));
            String out = answer.text("stdout", "").strip();
            if (answer.integer("status", 0) != 0) {
                String[] lines = answer.text("stderr", "").strip().split("\n");
                throw new Failed(lines[lines.length - 1]);
            }
            return Json.read(out.substring(out.lastIndexOf('\n') + 1));
        } catch (IOException unreadable) {
            throw new Failed("the function answered nothing that can be read: " + unreadable.getMessage());
        }
    }

    private static String script() throws IOException {
        try (InputStream script = Providers.class.getResourceAsStream("function.py")) {
            if (script == null) {
                throw new IllegalStateException("function.py is not in the jar");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
