package io.homeostat.helm;

import io.homeostat.model.Chart.Origin;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Charts from elsewhere, fetched once and kept: a version of a chart never changes, so what is here is not asked for again,
 * and renders while the place that it came from is away.
 */
final class ChartStore {

    private static final int MAX_CHART = 64 << 20;
    private static final int MAX_MANIFEST = 4 << 20;
    private static final String LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final Path directory;
    private final Remote remote;

    ChartStore(Path directory, Remote remote) {
        this.directory = directory;
        this.remote = remote;
    }

    /** The packed chart. Its digest is the one that the repository's index names. */
    Path fetch(Origin.Repository chart) throws IOException {
        Path kept = kept(chart.url(), chart.name(), chart.version());
        if (Files.exists(kept)) {
            return kept;
        }
        URI base = URI.create(chart.url().endsWith("/") ? chart.url() : chart.url() + "/");
        RepositoryIndex.Entry entry;
        try (InputStream index = remote.get(base.resolve("index.yaml"), "application/yaml, */*")) {
            entry = RepositoryIndex.find(index, chart.name(), chart.version());
        }
        if (entry == null) {
            throw new IOException("the chart repository " + chart.url() + " has no chart '" + chart.name()
                    + "' in version " + chart.version());
        }
        try (InputStream content = remote.get(base.resolve(entry.url()), "*/*")) {
            return keep(content, entry.digest(), kept);
        }
    }

    /** The packed chart. Its digest is the one in the registry's manifest. */
    Path fetch(Origin.Oci chart) throws IOException {
        Path kept = kept("oci://" + chart.reference(), name(chart.reference()), chart.version());
        if (Files.exists(kept)) {
            return kept;
        }
        int slash = chart.reference().indexOf('/');
        String host = chart.reference().substring(0, slash);
        URI base = URI.create((isThisMachine(host) ? "http://" : "https://") + host + "/v2/"
                + chart.reference().substring(slash + 1) + "/");
        Node manifest;
        // A tag cannot hold a plus.
        try (InputStream content =
                remote.get(base.resolve("manifests/" + chart.version().replace('+', '_')), MANIFEST)) {
            manifest = Json.read(content.readNBytes(MAX_MANIFEST));
        }
        String digest = layer(manifest);
        if (digest == null) {
            throw new IOException("oci://" + chart.reference() + ":" + chart.version() + " is no Helm chart");
        }
        try (InputStream content = remote.get(base.resolve("blobs/" + digest), "*/*")) {
            return keep(content, digest.substring("sha256:".length()), kept);
        }
    }

    private static @Nullable String layer(Node manifest) {
        if (manifest instanceof Node.Mapping mapping) {
            for (Node layer : mapping.sequence("layers")) {
                if (layer instanceof Node.Mapping content && LAYER.equals(content.text("mediaType"))) {
                    String digest = content.text("digest", "");
                    return digest.matches("sha256:[0-9a-f]{64}") ? digest : null;
                }
            }
        }
        return null;
    }

    private static boolean isThisMachine(String host) {
        return host.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?");
    }

    private static String name(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }

    private Path kept(String origin, String name, String version) {
        String place = HexFormat.of().formatHex(sha256().digest(origin.getBytes(StandardCharsets.UTF_8)));
        return directory.resolve(place.substring(0, 16)).resolve(name + "-" + version + ".tgz");
    }

    /** Whoever finds the file finds all of it, and what it should be. */
    private static Path keep(InputStream content, String digest, Path kept) throws IOException {
        Files.createDirectories(kept.getParent());
        Path partial = Files.createTempFile(kept.getParent(), "fetching-", "");
        try {
            MessageDigest sha256 = sha256();
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(partial), sha256)) {
                long copied = content.transferTo(new Limited(out, MAX_CHART));
                if (copied == 0) {
                    throw new IOException("the chart at " + kept.getFileName() + " is empty");
                }
            }
            String found = HexFormat.of().formatHex(sha256.digest());
            if (!digest.isEmpty() && !found.equalsIgnoreCase(digest)) {
                throw new IOException("what was fetched as " + kept.getFileName() + " has sha256 " + found
                        + " instead of " + digest + "; it was thrown away");
            }
            try {
                Files.move(partial, kept, StandardCopyOption.ATOMIC_MOVE);
            } catch (AtomicMoveNotSupportedException plain) {
                Files.move(partial, kept, StandardCopyOption.REPLACE_EXISTING);
            }
            return kept;
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
