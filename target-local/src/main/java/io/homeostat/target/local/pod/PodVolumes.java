package io.homeostat.target.local.pod;

import io.homeostat.converge.Target.Drift;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.local.objects.PrivateFiles;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The volumes of one instance: its ConfigMaps and Secrets as files, its own directories, and its claims. Files that somebody
 * changed are reported and stay so until they are repaired, or their ConfigMap or Secret changes. Lives on the loop, but for
 * {@link #makeDirectories}.
 */
final class PodVolumes implements AutoCloseable {

    private final Environs around;
    private final Pod pod;
    /** What was written last: a ConfigMap that was deleted since keeps its files. */
    private final Map<String, Projection> expected = new HashMap<>();

    private final Map<String, Map<String, String>> differences = new TreeMap<>();
    private final Set<Path> watched = new HashSet<>();
    private final Consumer<Path> listener;
    private boolean recordTouched;

    PodVolumes(Environs around, Pod pod) {
        this.around = around;
        this.pod = pod;
        this.listener = path -> {
            if (!PodStore.isOurs(path)) {
                around.loop().run(this::look);
            }
        };
        for (Node.Mapping volume : Templates.mappings(pod.spec(), "volumes")) {
            Projection projection = Projection.of(pod.namespace(), volume, around.configs());
            if (projection != null) {
                expected.put(volume.text("name", ""), projection);
            }
        }
    }

    /** Directories that are not there yet. Of claims only the directory is made; what is in it is the program's. */
    void makeDirectories() throws IOException {
        Path instance = around.store().directory(pod);
        for (Map.Entry<String, Path> volume :
                Mounts.volumes(pod, instance, around.data(pod)).entrySet()) {
            if (!Files.exists(volume.getValue())) {
                PrivateFiles.directories(volume.getValue());
            }
        }
    }

    /** Writes all files as they ought to be. */
    void write() throws IOException {
        for (Map.Entry<String, Projection> volume : expected.entrySet()) {
            volume.getValue().write(directory(volume.getKey()));
        }
        if (!around.store().isIntact(pod)) {
            around.store().restore(pod);
        }
        watch();
    }

    /** A ConfigMap or Secret changed: its files follow. */
    void refresh(ObjectKey changed) throws IOException {
        if (!Version.volumes(pod.namespace(), pod.template(), false).contains(changed)) {
            return;
        }
        for (Node.Mapping volume : Templates.mappings(pod.spec(), "volumes")) {
            Projection projection = Projection.of(pod.namespace(), volume, around.configs());
            String name = volume.text("name", "");
            if (projection != null && !projection.sameAs(expected.get(name))) {
                expected.put(name, projection);
                projection.write(directory(name));
            }
        }
        watch();
    }

    void watch() {
        around.files().add(around.store().directory(pod), listener);
        watched.add(around.store().directory(pod));
        for (String volume : expected.keySet()) {
            for (Path directory : Projection.watched(directory(volume))) {
                around.files().add(directory, listener);
                watched.add(directory);
            }
        }
        look();
    }

    /** Compares what is there with what ought to be. */
    void look() {
        Map<String, Map<String, String>> found = new TreeMap<>();
        expected.forEach((volume, projection) -> {
            Map<String, String> differing = projection.differences(directory(volume));
            if (!differing.isEmpty()) {
                found.put(volume, differing);
            }
        });
        boolean touched = !around.store().isIntact(pod);
        if (!found.equals(differences) || touched != recordTouched) {
            differences.clear();
            differences.putAll(found);
            recordTouched = touched;
            around.changed(pod.owner());
        }
    }

    List<Drift> drift() {
        List<Drift> drift = new ArrayList<>();
        differences.forEach((volume, files) -> files.forEach((file, found) -> {
            String path = mountPath(volume);
            drift.add(new Drift(pod.name() + ": " + (file.isEmpty() ? path : path + "/" + file), found));
        }));
        if (recordTouched) {
            drift.add(new Drift(
                    pod.name() + ": " + around.store().recordOf(pod).getFileName(),
                    "how the instance is to be run was changed by hand"));
        }
        return drift;
    }

    private String mountPath(String volume) {
        Path instance = around.store().directory(pod);
        for (Pod.Container container : pod.containers()) {
            String path = Mounts.of(pod, container, instance, around.data(pod)).pathOf(volume);
            if (path != null) {
                return path;
            }
        }
        return volume;
    }

    private Path directory(String volume) {
        return around.store().directory(pod).resolve("volumes").resolve(volume);
    }

    @Override
    public void close() {
        watched.forEach(directory -> around.files().remove(directory, listener));
        watched.clear();
    }
}
