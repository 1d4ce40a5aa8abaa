package io.homeostat.cli.command;

import io.homeostat.cli.demo.Demo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The whole loop, on a real repository. */
public final class DemoCommand implements Command {

    @Override
    public void describe(Usage usage) {
        usage.summary("the whole loop on a real repository, in about a minute")
                .option("--headless", "Nobody watches: take everything down at the end, and answer with the exit code.")
                .option(
                        "--state",
                        "DIR",
                        "Where the repository and the agent's state go (default: a new temporary directory).")
                .option("--keep", "Leave that directory for a look, although everything in it is stopped.")
                .paragraph(
                        "Makes a Git repository from examples/shop, starts an agent on it, and then really does: a first sync, "
                                + "a good commit, a bad one, a process killed, a file edited by hand, an object removed. Each scene "
                                + "checks what really followed. Without --headless the agent stays up and the end says what to try. "
                                + "Exit code 0 when every scene went as it should, 1 when one did not.")
                .example("homeostat demo", "Watch it, then play with it.")
                .example("homeostat demo --headless", "As a test: leaves nothing running and nothing behind.");
    }

    @Override
    public int run(Call call) throws Failure, IOException {
        Demo.Setting setting = new Demo.Setting(example(), directory(call), call.has("--headless"), call.has("--keep"));
        try {
            return new Demo(setting, call.terminal()).play() ? Exit.DONE : Exit.FAILED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Exit.FAILED;
        } catch (IOException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw Failure.of(String.valueOf(failed.getMessage()), "");
        }
    }

    private static Path directory(Call call) throws Failure, IOException {
        String given = call.value("--state");
        if (given == null) {
            return Files.createTempDirectory("homeostat-demo-");
        }
        Path directory = Path.of(given).toAbsolutePath().normalize();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> content = Files.list(directory)) {
                if (content.findAny().isPresent()) {
                    throw Failure.of(
                            directory + " is not empty; nothing was done",
                            "say another --state; or end what runs there (homeostat agent --down --state "
                                    + directory.resolve("state") + ") and remove it");
                }
            }
        }
        return directory;
    }

    /** Beside the launcher; in a checkout also above the current directory. */
    private static Path example() throws Failure {
        String launcher = System.getProperty("homeostat.launcher", "");
        Path here = launcher.isEmpty()
                ? Path.of("").toAbsolutePath()
                : Path.of(launcher).getParent();
        for (Path each = here; each != null; each = each.getParent()) {
            Path example = each.resolve("examples/shop");
            if (Files.isDirectory(example)) {
                return example;
            }
        }
        throw Failure.of("examples/shop is not beside " + here, "run the homeostat of a whole checkout");
    }
}
