package io.homeostat.cli.command;

import io.homeostat.agent.Agent;
import io.homeostat.cli.client.AgentClient;
import io.homeostat.cli.terminal.Progress;
import io.homeostat.model.Access;
import io.homeostat.model.Findings;
import io.homeostat.model.Node;
import io.homeostat.model.Problem;
import io.homeostat.source.Credentials;
import io.homeostat.source.Reference;
import io.homeostat.source.Secret;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The agent itself, in the foreground. The launcher gives this command JVM flags and an AOT cache of its own. */
public final class AgentCommand implements Command {

    private static final Duration DOWN = Duration.ofSeconds(60);
    private static final List<String> REFERENCES = List.of("--branch", "--tag", "--semver", "--commit");

    @Override
    public void describe(Usage usage) {
        usage.summary("run the agent: make this machine what Git says, and keep it so")
                .option("--source", "LOCATION", "A directory, a local repository, or an https or ssh URL.")
                .option("--branch", "NAME", "Follow this branch (default: the repository's own).")
                .option("--tag", "NAME", "Follow this tag.")
                .option("--semver", "RANGE", "Follow the highest version among the tags in a range: '>=1.2 <2'.")
                .option("--commit", "ID", "Stay at this commit.")
                .option("--path", "DIRECTORY", "Only this directory of the repository.")
                .option("--environment", "NAME", "Which environment, where the repository has several.")
                .choice("--target", List.of("local", "kubernetes"), "Instead of what the Environment says.")
                .option("--kubeconfig", "FILE", "For a cluster: instead of what the Environment or $KUBECONFIG names.")
                .option("--context", "NAME", "For a cluster: a context of the kubeconfig.")
                .option("--user", "NAME", "With --password-file: the user to the source.")
                .option("--password-file", "FILE", "Password for the source.")
                .option("--token-file", "FILE", "Access token for the source, instead of user and password.")
                .option("--ssh-key", "FILE", "Private key for the source (default: those of ~/.ssh).")
                .option("--known-hosts", "FILE", "Hosts that are trusted (default: ~/.ssh/known_hosts).")
                .option("--hook-secret-file", "FILE", "Opens POST /hooks/git to whoever signs with this secret.")
                .option("--access", "FILE", "Who may besides the owner of the token: an Access document.")
                .option("--listen", "[ADDRESS:]PORT", "Where to serve the API (default: 127.0.0.1 and a free port).")
                .option("--down", "Stop the agent that runs, and everything it runs.")
                .changes()
                .paragraph("Stays in the foreground. Ctrl-C, or its death, ends the agent alone: what it had started"
                        + " keeps running, and the next agent on the same state directory adopts it. --down ends"
                        + " both. One agent works on a state directory; a second one refuses.")
                .example("homeostat agent --source ~/shop", "Run what that repository declares.")
                .example(
                        "homeostat agent --source https://git.example.org/shop.git --branch main --token-file ~/.token",
                        "Follow a branch of a remote repository.")
                .example(
                        "homeostat agent --source ~/shop --target kubernetes --context staging",
                        "Keep a cluster as that repository says, from here.")
                .example("homeostat agent --down", "Stop it all.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        return call.has("--down") ? down(call) : serve(call);
    }

    private static int serve(Call call) throws Failure, IOException {
        Agent.Settings settings = settings(call);
        try (Agent agent = Agent.start(settings)) {
            // SIGTERM and Ctrl-C end the agent in order; kill -9 does no harm either.
            Runtime.getRuntime().addShutdownHook(new Thread(agent::close));
            call.print(List.of(
                    "agent " + VersionCommand.version() + " serves " + agent.url() + ", state in " + settings.state(),
                    "console " + agent.consoleUrl() + " (logs in once; later: homeostat console)"));
            agent.await();
            return Exit.DONE;
        } catch (SourceException wrong) {
            throw Failure.of(String.valueOf(wrong.getMessage()), "");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.DONE;
        }
    }

    private static Agent.Settings settings(Call call) throws Failure {
        try {
            String hook = call.value("--hook-secret-file");
            return new Agent.Settings(
                    source(call),
                    call.state(),
                    call.value("--environment"),
                    address(call.value("--listen")),
                    hook == null ? null : Secret.fromFile(Path.of(hook)).reveal(),
                    call.value("--target"),
                    path(call.value("--kubeconfig")),
                    call.value("--context"),
                    access(call.value("--access")));
        } catch (SourceException wrong) {
            throw Failure.wrongUse(String.valueOf(wrong.getMessage()), "homeostat agent --help shows examples");
        }
    }

    private static Access access(@Nullable String file) throws Failure {
        if (file == null) {
            return Access.OWNER;
        }
        try {
            List<Problem> problems = new ArrayList<>();
            Access access = Access.read(file, Files.readAllBytes(Path.of(file)), problems);
            List<Problem> errors = problems.stream().filter(Problem::isError).toList();
            if (errors.isEmpty()) {
                return access;
            }
            throw Failure.wrongUse(Findings.text(errors).strip(), "docs/reference/Access.md has every field");
        } catch (IOException unreadable) {
            throw Failure.wrongUse("the file of --access cannot be read: " + unreadable, "");
        }
    }

    private static SourceSpec source(Call call) throws Failure, SourceException {
        SourceSpec spec = SourceSpec.of(Changing.required(call, "--source"))
                .following(reference(call))
                .with(credentials(call));
        String path = call.value("--path");
        return path == null ? spec : spec.within(path);
    }

    private static Reference reference(Call call) throws Failure, SourceException {
        List<String> given = new ArrayList<>();
        for (String option : REFERENCES) {
            if (call.has(option)) {
                given.add(option);
            }
        }
        if (given.size() > 1) {
            throw Failure.wrongUse(String.join(" and ", given) + " exclude each other", "give one of them");
        }
        return given.isEmpty()
                ? new Reference.Default()
                : Reference.parse(given.getFirst().substring(2) + ":" + call.value(given.getFirst()));
    }

    private static Credentials credentials(Call call) throws Failure {
        String token = call.value("--token-file");
        String password = call.value("--password-file");
        String key = call.value("--ssh-key");
        String hosts = call.value("--known-hosts");
        if (token != null) {
            return new Credentials.Token(Secret.fromFile(Path.of(token)));
        } else if (password != null) {
            return new Credentials.UserPassword(Changing.required(call, "--user"), Secret.fromFile(Path.of(password)));
        } else if (key != null || hosts != null) {
            return new Credentials.Ssh(path(key), null, path(hosts));
        }
        return new Credentials.None();
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null ? null : Path.of(text);
    }

    /** {@code PORT} or {@code ADDRESS:PORT}; nothing: loopback, a free port. */
    static InetSocketAddress address(@Nullable String text) throws Failure {
        if (text == null) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 0 && port < 65536) {
                return colon < 0
                        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                        : new InetSocketAddress(text.substring(0, colon), port);
            }
        } catch (NumberFormatException noNumber) {
            // Said below.
        }
        throw Failure.wrongUse("'" + text + "' is no address to listen on", "expected PORT or ADDRESS:PORT");
    }

    private static int down(Call call) throws Failure, IOException {
        AgentClient agent = Consent.to(call, "stop the agent and everything it runs");
        Optional<ProcessHandle> process = ProcessHandle.of(agent.agent().pid());
        Node.Mapping answer = agent.post("/api/v1/shutdown", Node.Mapping.EMPTY.with("workloads", Node.Bool.of(true)));
        try (Progress _ = Progress.show(call.terminal(), "stopping")) {
            if (process.isPresent()) {
                process.get().onExit().get(DOWN.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (TimeoutException | ExecutionException slow) {
            throw Failure.of(
                    "the agent (pid " + agent.agent().pid() + ") is still stopping after " + DOWN.toSeconds() + " s",
                    "see what it waits for: homeostat events --follow");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        }
        call.print(answer, List.of("stopped"));
        return Exit.DONE;
    }
}
