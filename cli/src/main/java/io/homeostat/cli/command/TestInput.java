package io.homeostat.cli.command;

import io.homeostat.agent.Targets;
import io.homeostat.converge.Renderer;
import io.homeostat.converge.Rendering;
import io.homeostat.model.Problem;
import io.homeostat.model.Suggestions;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import io.homeostat.source.SourceSpec;
import io.homeostat.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code homeostat test} is given, looked at before anything is started: a wrong word must not cost minutes. */
final class TestInput {

    private TestInput() {}

    /**
     * Reads what an agent would read: the newest commit of a repository, or a directory as it is.
     *
     * @param only the name of an experiment; null: all of them
     * @throws Failure when there is no environment in it, or no experiment, or a mistake
     */
    static void declared(Path directory, @Nullable String environment, @Nullable String only)
            throws Failure, IOException {
        Path repository = PassingEnvironment.repository(directory);
        Rendering rendering = rendering(repository, PassingEnvironment.environment(directory, environment));
        List<Problem> errors =
                rendering.problems().stream().filter(Problem::isError).toList();
        if (!errors.isEmpty()) {
            String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
            throw Failure.of(errors.getFirst() + more, "homeostat validate " + repository + " names every mistake");
        }
        if (rendering.owners().isEmpty()) {
            throw Failure.of(
                    repository + " declares no Environment with anything that could run" + newest(repository),
                    "name a repository with environments/NAME/environment.yaml and manifests, or a directory of"
                            + " manifests");
        }
        Set<String> names = rendering.promises().experiments().stream()
                .map(Experiment::name)
                .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty()) {
            throw Failure.of(
                    repository + " declares no Experiment" + newest(repository),
                    "write one below reliability/, or let homeostat coverage suggest do it");
        }
        if (only != null && !names.contains(only)) {
            String guess = Suggestions.didYouMean(only, names);
            throw Failure.of(
                    "there is no experiment '" + only + "'" + newest(repository),
                    (guess == null ? "" : guess + " ") + "declared are " + String.join(", ", names));
        }
    }

    private static Rendering rendering(Path repository, @Nullable String environment) throws Failure, IOException {
        Path mirror = Files.createTempDirectory("homeostat-read");
        try (Source source = Sources.open(SourceSpec.of(repository.toString()), mirror)) {
            return new Renderer(Targets.completion()).render(source.fetch(), environment);
        } catch (SourceException unreadable) {
            throw Failure.of(String.valueOf(unreadable.getMessage()), "");
        } finally {
            PassingEnvironment.delete(mirror);
        }
    }

    /** Whoever has written it a moment ago may not have committed it. */
    private static String newest(Path repository) {
        return Files.exists(repository.resolve(".git")) ? ", as of its newest commit" : "";
    }
}
