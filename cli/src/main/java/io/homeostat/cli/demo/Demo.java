package io.homeostat.cli.demo;

import io.homeostat.cli.show.WhyText;
import io.homeostat.cli.terminal.Paint;
import io.homeostat.cli.terminal.Table;
import io.homeostat.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Plays every scene, in order, until one goes wrong; then leaves everything up for the curious, or nothing at all. */
public final class Demo {

    /** In the order in which they are played. To add one, write its class and put it here. */
    static final List<Scene> SCENES = List.of(
            new FirstSync(),
            new GoodCommit(),
            new BadCommit(),
            new KilledProcess(),
            new EditedFile(),
            new RemovedObject(),
            new TwoExperiments(),
            new FoundPerimeter(),
            new AfterTheFix(),
            new BadDependency(),
            new BadCanary());

    private static final Duration AGENT_START = Duration.ofSeconds(30);

    /**
     * @param example the repository's content: {@code examples/shop}
     * @param directory where the repository and the agent's state go; empty or absent
     * @param headless nobody watches: take everything down at the end
     * @param keep leave the directory for a look, even when everything is taken down
     */
    public record Setting(Path example, Path directory, boolean headless, boolean keep) {
        Path repository() {
            return directory.resolve("repository");
        }

        Path state() {
            return directory.resolve("state");
        }

        Path log() {
            return directory.resolve("agent.log");
        }
    }

    private record Played(Scene scene, @Nullable Exception failure, Duration took) {}

    private final Setting setting;
    private final Narrator narrator;
    private final Terminal terminal;
    private final AtomicBoolean takenDown = new AtomicBoolean();
    private final List<Played> played = new ArrayList<>();
    private @Nullable AgentProcess agent;

    public Demo(Setting setting, Terminal terminal) {
        this.setting = setting;
        this.terminal = terminal;
        this.narrator = new Narrator(terminal);
    }

    /** @return true when every scene went as it should */
    public boolean play() throws Exception {
        Thread onCtrlC = new Thread(this::takeDownQuietly);
        Runtime.getRuntime().addShutdownHook(onCtrlC);
        boolean well = false;
        try {
            well = playAll();
            summary();
            if (well && !setting.headless()) {
                whatNext();
            }
            return well;
        } finally {
            if (setting.headless() || !well) {
                takeDown();
            }
            takenDown.set(true);
            Runtime.getRuntime().removeShutdownHook(onCtrlC);
        }
    }

    private boolean playAll() throws Exception {
        Files.createDirectories(setting.directory());
        Paint paint = narrator.paint();
        narrator.line(
                paint.strong("homeostat demo") + paint.dim(" — a repository, an agent, and what happens to them"));
        narrator.line(paint.dim("     repository  ") + setting.repository());
        narrator.line(paint.dim("     state       ") + setting.state());
        try (Repository repository = Repository.create(setting.repository(), setting.example())) {
            AgentProcess started = AgentProcess.start(setting.repository(), setting.state(), setting.log());
            agent = started;
            awaitReady(started);
            try (Stage stage = new Stage(repository, started.client(), setting.state(), narrator)) {
                for (Scene scene : SCENES) {
                    if (!play(scene, stage)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private void awaitReady(AgentProcess started) throws Unexpected, IOException, InterruptedException {
        long start = System.nanoTime();
        Seen seen = started.ready();
        while (!seen.expected()) {
            if (System.nanoTime() - start > AGENT_START.toNanos()) {
                throw new Unexpected("the agent is not ready: " + seen.text() + "\n" + started.lastWords());
            }
            Thread.sleep(20);
            seen = started.ready();
        }
        narrator.line(narrator.paint().dim("     agent       ")
                + seen.text()
                + narrator.paint().dim(", ready in ")
                + Narrator.time(Duration.ofNanos(System.nanoTime() - start)));
        narrator.line(narrator.paint().dim("     console     ") + started.console());
    }

    private boolean play(Scene scene, Stage stage) {
        narrator.scene(played.size() + 1, SCENES.size(), scene);
        long start = System.nanoTime();
        Exception failure = null;
        try {
            scene.play(stage);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            failure = stopped;
        } catch (Exception unexpected) {
            failure = unexpected;
        }
        played.add(new Played(scene, failure, Duration.ofNanos(System.nanoTime() - start)));
        if (failure != null) {
            narrator.failed(failure instanceof Unexpected ? String.valueOf(failure.getMessage()) : failure.toString());
            witnesses();
        }
        return failure == null;
    }

    /** What the agent says to a scene that went wrong. */
    private void witnesses() {
        try {
            AgentProcess witness = agent;
            if (witness != null) {
                narrator.line("");
                narrator.note("The agent says:");
                for (String line :
                        WhyText.lines(witness.client().get("/api/v1/why", "name", Stage.SHOP), narrator.paint())) {
                    narrator.note("  " + line);
                }
                witness.lastWords().lines().forEach(line -> narrator.note("  " + line));
            }
        } catch (IOException silent) {
            narrator.note("  nothing (" + silent.getMessage() + ")");
        }
    }

    private void summary() {
        Paint paint = narrator.paint();
        narrator.line("");
        Table table = Table.withoutHeading();
        for (Played one : played) {
            table.row(
                    "  " + (one.failure() == null ? paint.good("✓") : paint.bad("✗")),
                    one.scene().title(),
                    paint.dim(Narrator.time(one.took())));
        }
        for (Scene scene : SCENES.subList(played.size(), SCENES.size())) {
            table.row("  –", paint.dim(scene.title()), paint.dim("not played"));
        }
        table.lines().forEach(narrator::line);
    }

    private void whatNext() {
        Paint paint = narrator.paint();
        // As it was called this time, so that each line can be copied.
        String homeostat = System.getProperty("homeostat.called", "homeostat");
        narrator.line("");
        narrator.line("The shop and its agent stay up. Try, in this terminal:");
        narrator.line("");
        narrator.line("  " + paint.command("export HOMEOSTAT_STATE=" + setting.state()));
        Table table = Table.withoutHeading();
        table.row(paint.command(homeostat + " status"), paint.dim("what runs"));
        table.row(paint.command(homeostat + " console"), paint.dim("the same and more, in a browser"));
        table.row(paint.command(homeostat + " why shop"), paint.dim("why it is not what Git says, or that it is"));
        table.row(
                paint.command(homeostat + " history shop"), paint.dim("which revisions ran, and what became of each"));
        table.row(
                paint.command(homeostat + " events --follow"),
                paint.dim("while you commit to, kill or edit something"));
        table.row(paint.command(homeostat + " logs Deployment/web -f"), paint.dim("what web writes"));
        table.row(paint.command(homeostat + " graph"), paint.dim("who calls whom, how often, how well"));
        table.lines().forEach(line -> narrator.line("  " + line));
        narrator.line("");
        narrator.line("The repository is " + setting.repository() + ": edit, commit, and watch. To end it all:");
        narrator.line("");
        narrator.line("  " + paint.command(homeostat + " agent --down && rm -r " + setting.directory()));
    }

    /** Nothing is left running, and without {@code --keep} nothing is left lying about. */
    private void takeDown() throws IOException, InterruptedException {
        if (takenDown.compareAndSet(false, true)) {
            if (agent != null) {
                agent.down();
            }
            if (!setting.keep()) {
                delete(setting.directory());
            } else {
                narrator.line("");
                narrator.line("Kept for a look: " + setting.directory());
            }
        }
    }

    private void takeDownQuietly() {
        try {
            takeDown();
        } catch (IOException failed) {
            terminal.err().println("homeostat: not everything was taken down: " + failed.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
                // Images are read-only on purpose.
                each.toFile().setWritable(true);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
