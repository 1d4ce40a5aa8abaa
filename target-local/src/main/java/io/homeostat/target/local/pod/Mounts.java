package io.homeostat.target.local.pod;

import io.homeostat.model.Node;
import io.homeostat.target.local.subset.Templates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a container's volumes really are.
 *
 * <p>Nothing can be mounted at {@code /etc/shop} without being root, so the files lie in a directory of the instance, and the
 * container is told so twice: wherever its command, arguments or variables say {@code /etc/shop} (as a whole path, or followed by
 * {@code /…}) they get the real directory instead, so that a document written for a cluster works unchanged; and {@code
 * $VOLUME_NAME} is the volume's directory, for programs that look there by themselves.
 */
final class Mounts {

    /** @param path as the document says it */
    record Mount(String path, String volume, Path directory) {}

    private final Map<String, Path> volumes;
    private final List<Mount> longestFirst;

    private Mounts(Map<String, Path> volumes, List<Mount> mounts) {
        this.volumes = volumes;
        this.longestFirst = mounts.stream()
                .sorted(Comparator.comparingInt((Mount mount) -> mount.path().length())
                        .reversed())
                .toList();
    }

    /**
     * @param instance directory of the instance
     * @param data directory under which its claims lie
     */
    static Mounts of(Pod pod, Pod.Container container, Path instance, Path data) {
        Map<String, Path> volumes = volumes(pod, instance, data);
        List<Mount> mounts = new ArrayList<>();
        for (Node.Mapping mount : Templates.mappings(container.spec(), "volumeMounts")) {
            String volume = mount.text("name", "");
            Path directory = volumes.get(volume);
            String path = mount.text("mountPath", "");
            if (directory != null && path.length() > 1) {
                String subPath = mount.text("subPath", "");
                String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
                mounts.add(new Mount(bare, volume, subPath.isEmpty() ? directory : directory.resolve(subPath)));
            }
        }
        return new Mounts(volumes, mounts);
    }

    /** Directory of every volume and claim of an instance, by name. */
    static Map<String, Path> volumes(Pod pod, Path instance, Path data) {
        Map<String, Path> volumes = new LinkedHashMap<>();
        for (Node.Mapping volume : Templates.mappings(pod.spec(), "volumes")) {
            String name = volume.text("name", "");
            String hostPath = volume.mapping("hostPath").text("path");
            volumes.put(name, hostPath == null ? instance.resolve("volumes").resolve(name) : Path.of(hostPath));
        }
        for (String claim : pod.claims()) {
            volumes.put(claim, data.resolve(claim));
        }
        return volumes;
    }

    /** {@code VOLUME_NAME} for each volume that the container mounts. */
    Map<String, String> variables() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Mount mount : longestFirst) {
            variables.put("VOLUME_" + variable(mount.volume()), String.valueOf(volumes.get(mount.volume())));
        }
        return variables;
    }

    /** A name as part of a variable's name: {@code my-data} is {@code MY_DATA}. */
    static String variable(String name) {
        StringBuilder out = new StringBuilder();
        for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
            out.append((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_');
        }
        return out.toString();
    }

    /** The text with every mounted path in it replaced by the directory that stands for it. */
    String rewrite(String text) {
        if (longestFirst.isEmpty() || text.indexOf('/') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 64);
        int from = 0;
        while (from < text.length()) {
            Mount mount = at(text, from);
            if (mount == null) {
                out.append(text.charAt(from));
                from++;
            } else {
                out.append(mount.directory());
                from += mount.path().length();
            }
        }
        return out.toString();
    }

    private @Nullable Mount at(String text, int from) {
        if (text.charAt(from) != '/' || (from > 0 && isPartOfPath(text.charAt(from - 1)))) {
            return null;
        }
        for (Mount mount : longestFirst) {
            int end = from + mount.path().length();
            boolean whole = end >= text.length() || text.charAt(end) == '/' || !isPartOfPath(text.charAt(end));
            if (whole && text.startsWith(mount.path(), from)) {
                return mount;
            }
        }
        return null;
    }

    private static boolean isPartOfPath(char c) {
        return Character.isLetterOrDigit(c) || c == '/' || c == '.' || c == '_' || c == '-' || c == '~';
    }

    /** What a file below a directory is called in the document; null when it is in none of the mounts. */
    @Nullable
    String pathOf(String volume) {
        for (Mount mount : longestFirst) {
            if (mount.volume().equals(volume)) {
                return mount.path();
            }
        }
        return null;
    }
}
