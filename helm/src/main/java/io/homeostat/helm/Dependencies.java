package io.homeostat.helm;

import io.homeostat.model.Chart.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What a chart of the repository needs and does not hold in its {@code charts} directory: laid beside it as {@code Chart.lock}
 * says, which names exact versions. {@code helm dependency build} without Helm.
 */
final class Dependencies {

    private final ChartStore store;

    private record Needed(String name, String version, String repository) {}

    Dependencies(ChartStore store) {
        this.store = store;
    }

    /** @return the same chart */
    Path complete(Path files, Path chart) throws IOException {
        List<Needed> declared = needed(chart.resolve("Chart.yaml"));
        Path beside = chart.resolve("charts");
        List<Needed> missing = new ArrayList<>();
        for (Needed dependency : declared) {
            if (!isThere(beside, dependency)) {
                missing.add(dependency);
            }
        }
        if (missing.isEmpty()) {
            return chart;
        }
        List<Needed> locked = needed(chart.resolve("Chart.lock"));
        for (Needed dependency : missing) {
            Needed exact = locked.stream()
                    .filter(lock -> lock.name().equals(dependency.name()))
                    .findFirst()
                    .orElse(dependency);
            lay(files, chart, beside, exact);
        }
        return chart;
    }

    private void lay(Path files, Path chart, Path beside, Needed dependency) throws IOException {
        Files.createDirectories(beside);
        String repository = dependency.repository();
        if (repository.startsWith("file://")) {
            Path from = chart.resolve(repository.substring("file://".length())).normalize();
            if (!from.startsWith(files)) {
                throw new IOException(
                        "the dependency '" + dependency.name() + "' leaves the repository: " + repository);
            }
            copy(complete(files, from), beside.resolve(dependency.name()));
            return;
        }
        if (!dependency.version().matches("v?[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?")) {
            throw new IOException("the dependency '" + dependency.name()
                    + "' has no exact version; commit the Chart.lock" + " that `helm dependency update` writes");
        }
        Path packed = repository.startsWith("oci://")
                ? store.fetch(new Origin.Oci(
                        repository.substring("oci://".length()) + "/" + dependency.name(), dependency.version()))
                : store.fetch(new Origin.Repository(repository, dependency.name(), dependency.version()));
        Files.copy(packed, beside.resolve(packed.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean isThere(Path beside, Needed dependency) throws IOException {
        if (Files.isDirectory(beside.resolve(dependency.name()))) {
            return true;
        }
        if (!Files.isDirectory(beside)) {
            return false;
        }
        try (Stream<Path> files = Files.list(beside)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.matches(Pattern.quote(dependency.name()) + "-v?[0-9].*\\.tgz"));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    private static List<Needed> needed(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            Object content = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
            List<Needed> needed = new ArrayList<>();
            if (content instanceof Map<?, ?> map && map.get("dependencies") instanceof List<?> list) {
                for (Object each : list) {
                    if (each instanceof Map<?, ?> dependency) {
                        needed.add(new Needed(
                                text(dependency, "name"), text(dependency, "version"), text(dependency, "repository")));
                    }
                }
            }
            return needed;
        } catch (YamlEngineException wrong) {
            throw new IOException(file.getFileName() + " is no YAML: " + wrong.getMessage(), wrong);
        }
    }

    private static String text(Map<?, ?> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }
}
