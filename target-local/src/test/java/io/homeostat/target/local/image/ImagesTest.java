package io.homeostat.target.local.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.homeostat.source.Snapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content-addressed, read-only, verified; hostile archives leave nothing. Archives are made by the machine's tar. */
class ImagesTest {
    @TempDir
    Path directory;

    private Path store;
    private Images images;

    @BeforeEach
    void open() throws IOException {
        store = directory.resolve("images");
        images = Images.open(store);
    }

    @AfterEach
    void makeDeletable() throws IOException {
        Tree.delete(store);
    }

    @Test
    void aDirectoryOfTheSnapshotIsTakenOnceAndIsReadOnly() throws Exception {
        FolderSnapshot snapshot = new FolderSnapshot(Map.of("web/run.sh", "#!/bin/sh\n", "web/lib/a", "A"));

        Images.Image image = images.directory(snapshot, "web");

        assertThat(image.id()).isEqualTo(Images.directoryId(snapshot.contentId("web")));
        assertThat(image.directory().resolve("lib/a")).hasContent("A");
        assertThat(Files.getPosixFilePermissions(image.directory().resolve("run.sh")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(Files.getPosixFilePermissions(image.directory().resolve("lib")))
                .isEqualTo(PosixFilePermissions.fromString("r-xr-xr-x"));
        assertThat(images.directory(snapshot, "web")).isEqualTo(image);
        assertThat(snapshot.exports).hasValue(1);
        assertThat(Images.open(store).find(image.id())).isEqualTo(image);
        assertThat(images.verify(image.id())).isEmpty();
    }

    @Test
    void aFailedExportLeavesNothing() throws Exception {
        FolderSnapshot snapshot = new FolderSnapshot(Map.of("web/a", "A"));

        assertThatThrownBy(() -> images.directory(snapshot, "api"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("api");

        assertThat(files(store)).isEmpty();
    }

    @Test
    void whatAKilledAgentLeftHalfDoneIsClearedAway() throws Exception {
        Files.createDirectories(store.resolve(".new-3-dir-abc/files"));
        Files.setPosixFilePermissions(
                store.resolve(".new-3-dir-abc/files"), PosixFilePermissions.fromString("r-xr-xr-x"));

        assertThat(Images.open(store).ids()).isEmpty();
        assertThat(files(store)).isEmpty();
    }

    @Test
    void tamperingIsFound() throws Exception {
        Images.Image image = images.directory(
                new FolderSnapshot(Map.of("web/a", "A", "web/b", "B", "web/c", "C", "web/d", "D")), "web");
        Path root = image.directory();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(root.resolve("a"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(root.resolve("a"), "X");
        Files.delete(root.resolve("b"));
        Files.writeString(root.resolve("new"), "");
        Files.setPosixFilePermissions(root.resolve("d"), PosixFilePermissions.fromString("r-xr-xr-x"));

        assertThat(images.verify(image.id()))
                .containsExactlyInAnyOrder("a was changed", "b was removed", "new was added", "d was changed");
    }

    @Test
    void onlyWhatIsInUseStays() throws Exception {
        Images.Image used = images.directory(new FolderSnapshot(Map.of("web/a", "1")), "web");
        Images.Image unused = images.directory(new FolderSnapshot(Map.of("web/a", "2")), "web");

        assertThat(images.collect(Set.of(used.id()))).containsExactly(unused.id());

        assertThat(images.ids()).containsExactly(used.id());
        assertThat(images.find(unused.id())).isNull();
        assertThat(files(store)).containsExactly(used.id());
    }

    @Test
    void archivesOfEveryKindUnpackToTheSame() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        String deep = "d".repeat(90) + "/" + "e".repeat(90);
        write(tree.resolve("bin/run"), "#!/bin/sh\necho hi\n");
        Files.setPosixFilePermissions(tree.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-xr-x"));
        write(tree.resolve(deep), "deep");
        write(tree.resolve("empty"), "");
        write(tree.resolve("big"), "x".repeat(100_001));
        Files.createSymbolicLink(tree.resolve("run"), Path.of("bin/run"));
        Files.createLink(tree.resolve("hard"), tree.resolve("big"));

        for (String options : new String[] {"--format=gnu", "--format=posix", "--format=ustar", "--format=gnu -z"}) {
            Path archive = directory.resolve("tree.tar");
            shell("tar " + options + " -C tree -cf tree.tar .");

            Images.Image image = images.archive(archive.toUri().toString(), Manifest.sha256Of(archive));

            Path root = image.directory();
            assertThat(root.resolve("bin/run"))
                    .as(options)
                    .hasContent("#!/bin/sh\necho hi\n")
                    .isExecutable();
            assertThat(root.resolve(deep)).as(options).hasContent("deep");
            assertThat(root.resolve("empty")).isEmptyFile();
            assertThat(root.resolve("big")).hasSize(100_001);
            assertThat(root.resolve("hard")).hasSize(100_001);
            assertThat(Files.readSymbolicLink(root.resolve("run"))).hasToString("bin/run");
            assertThat(Files.isExecutable(root.resolve("big"))).isFalse();
            assertThat(images.verify(image.id())).isEmpty();
        }
    }

    @Test
    void zipKeepsWhatIsExecutableAndWhatIsALink() throws Exception {
        Path archive = zip(new TreeMap<>(Map.of("bin/run", "#!/bin/sh\n", "plain", "p", "run", "bin/run")));
        // The JDK writes no modes; other programs do, into the directory at the end.
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
        int[] modes = {0100755, 0100644, 0120777};
        int entry = 0;
        for (int at = 0; at < bytes.capacity() - 4; at++) {
            if (bytes.getInt(at) == 0x02014b50) {
                bytes.putShort(at + 40, (short) modes[entry++]);
            }
        }
        Files.write(archive, bytes.array());

        Path root = images.archive(archive.toUri().toString(), Manifest.sha256Of(archive))
                .directory();

        assertThat(root.resolve("bin/run")).isExecutable();
        assertThat(Files.isExecutable(root.resolve("plain"))).isFalse();
        assertThat(Files.readSymbolicLink(root.resolve("run"))).hasToString("bin/run");
    }

    @Test
    void anotherDigestShowsBothAndUnpacksNothing() throws Exception {
        Path archive = zip(Map.of("a", "A"));
        String found = Manifest.sha256Of(archive);
        String expected = "0".repeat(64);

        assertThatThrownBy(() -> images.archive(archive.toUri().toString(), expected))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining(found);
        assertThat(files(store)).isEmpty();
    }

    @Test
    void archivesComeOverHttpAndAreFetchedOnce() throws Exception {
        Path archive = zip(Map.of("a", "A"));
        byte[] content = Files.readAllBytes(archive);
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            boolean there = exchange.getRequestURI().getPath().equals("/a.zip");
            exchange.sendResponseHeaders(there ? 200 : 404, there ? content.length : -1);
            if (there) {
                exchange.getResponseBody().write(content);
            }
            exchange.close();
        });
        server.start();
        try {
            String url = "http://user:geheim@127.0.0.1:" + server.getAddress().getPort();
            String sha256 = Manifest.sha256Of(archive);
            Images.Image image = images.archive(url + "/a.zip", sha256);
            assertThat(images.archive(url + "/a.zip", sha256)).isEqualTo(image);
            assertThat(requests).hasValue(1);

            assertThatThrownBy(() -> images.archive(url + "/b.zip?token=geheim", "1".repeat(64)))
                    .hasMessageContaining("404")
                    .hasMessageContaining("b.zip")
                    .hasMessageNotContaining("geheim");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whatCannotBeFetchedSaysWhy() {
        assertThatThrownBy(() -> images.archive("file:///no/such/file", "1".repeat(64)))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> images.archive("ftp://x/y", "1".repeat(64))).hasMessageContaining("https");
        assertThatThrownBy(() -> images.archive("file:///x", "abc")).hasMessageContaining("64 hex digits");
    }

    @Test
    void hostileNamesAndLinksAreRefused() throws Exception {
        Map<String, byte[]> hostile = new TreeMap<>();
        hostile.put("leads out", tar(entry("../x", '0', "", "evil")));
        hostile.put("leads out within", tar(entry("a/../../x", '0', "", "evil")));
        hostile.put("absolute", tar(entry("/tmp/x", '0', "", "evil")));
        hostile.put("link out", tar(entry("l", '2', "../..", "")));
        hostile.put("absolute link", tar(entry("l", '2', "/etc/passwd", "")));
        hostile.put("link to nowhere", tar(entry("l", '2', "missing", "")));
        hostile.put(
                "link through link",
                tar(entry("a/f", '0', "", ""), entry("b", '2', "a", ""), entry("c", '2', "b/../..", "")));
        hostile.put("file through link", tar(entry("l", '2', "..", ""), entry("l/x", '0', "", "evil")));
        hostile.put("hard link out", tar(entry("l", '1', "../../x", "")));
        hostile.put("hard link to nothing", tar(entry("l", '1', "x", "")));
        hostile.put("device", tar(entry("d", '3', "", "")));
        hostile.put("file is directory", tar(entry("a", '0', "", ""), entry("a/b", '0', "", "")));
        hostile.put("directory is file", tar(entry("a/b", '0', "", ""), entry("a", '0', "", "")));
        hostile.put("the root itself", tar(entry(".", '0', "", "evil")));
        hostile.put("no archive", "just text".getBytes(StandardCharsets.UTF_8));
        hostile.put("empty", new byte[0]);
        for (Map.Entry<String, byte[]> each : hostile.entrySet()) {
            Path archive = Files.write(directory.resolve("hostile.tar"), each.getValue());
            assertThatThrownBy(() -> images.archive(archive.toUri().toString(), Manifest.sha256Of(archive)))
                    .as(each.getKey())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("refused");
            assertThat(files(store)).as(each.getKey()).isEmpty();
        }
        assertThat(files(directory)).containsExactlyInAnyOrder("images", "hostile.tar");
    }

    @Test
    void bombsEndAtTheLimit() throws Exception {
        Path archive = zip(Map.of("zeros", "0".repeat(1_000_000)));
        String url = archive.toUri().toString();
        String sha256 = Manifest.sha256Of(archive);

        assertThatThrownBy(() -> limited(new UnpackLimits(1 << 20, 999_999, 10)).archive(url, sha256))
                .hasMessageContaining("999999 bytes");
        assertThatThrownBy(() -> limited(new UnpackLimits(1 << 20, 1 << 20, 0)).archive(url, sha256))
                .hasMessageContaining("entries");
        assertThatThrownBy(() -> limited(new UnpackLimits(100, 1 << 20, 10)).archive(url, sha256))
                .hasMessageContaining("larger than 100 bytes");
        assertThat(files(store)).isEmpty();
    }

    @Test
    void damagedArchivesAreRefusedAndNeverBreakTheReader() throws Exception {
        Path tree = Files.createDirectory(directory.resolve("tree"));
        write(tree.resolve("bin/run"), "#!/bin/sh\n");
        write(tree.resolve("d".repeat(110)), "x".repeat(2000));
        shell("tar --format=posix -C tree -cf a.tar . && tar -C tree -czf a.tar.gz .");
        byte[][] originals = {
            Files.readAllBytes(directory.resolve("a.tar")),
            Files.readAllBytes(directory.resolve("a.tar.gz")),
            Files.readAllBytes(zip(Map.of("a", "A", "b/c", "x".repeat(3000))))
        };
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = originals[i % originals.length].clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(3) > 0 ? damaged.length : random.nextInt(damaged.length);
            Path archive = Files.write(directory.resolve("damaged"), Arrays.copyOf(damaged, length));
            try {
                images.archive(archive.toUri().toString(), Manifest.sha256Of(archive));
            } catch (IOException refused) {
                assertThat(refused.getMessage())
                        .as("seed %d, trial %d", seed, i)
                        .isNotBlank();
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + ", trial " + i, broken);
            }
        }
        assertThat(files(store)).as("seed %d", seed).allMatch(name -> name.startsWith("archive-"));
    }

    private Images limited(UnpackLimits limits) throws IOException {
        return Images.open(store, limits);
    }

    private void shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private Path zip(Map<String, String> files) throws IOException {
        Path archive = directory.resolve("files.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return archive;
    }

    private static byte[] tar(byte[]... entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] entry : entries) {
            out.writeBytes(entry);
        }
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    /** One record of ustar and its content: names that no tar program writes. */
    private static byte[] entry(String name, char type, String link, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        byte[] entry = new byte[512 + (bytes.length + 511) / 512 * 512];
        put(entry, 0, name);
        put(entry, 100, "0000644\0");
        put(entry, 124, String.format("%011o\0", bytes.length));
        put(entry, 148, "        ");
        entry[156] = (byte) type;
        put(entry, 157, link);
        put(entry, 257, "ustar\00000");
        int sum = 0;
        for (int i = 0; i < 512; i++) {
            sum += entry[i] & 0xFF;
        }
        put(entry, 148, String.format("%06o\0 ", sum));
        System.arraycopy(bytes, 0, entry, 512, bytes.length);
        return entry;
    }

    private static void put(byte[] into, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, into, at, bytes.length);
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static List<String> files(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    /** Files in memory; every *.sh is executable. */
    private static final class FolderSnapshot implements Snapshot {
        private final Map<String, String> files;
        private final AtomicInteger exports = new AtomicInteger();

        FolderSnapshot(Map<String, String> files) {
            this.files = new TreeMap<>(files);
        }

        @Override
        public String revision() {
            return "abc";
        }

        @Override
        public Origin origin() {
            return new Origin("test", Instant.EPOCH, "");
        }

        @Override
        public List<File> files(String directory) {
            return files.keySet().stream()
                    .filter(path -> path.startsWith(directory + "/"))
                    .map(path -> new File(path, path, 0))
                    .toList();
        }

        @Override
        public byte[] read(String path) throws IOException {
            String content = files.get(path);
            if (content == null) {
                throw new IOException(path);
            }
            return content.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String contentId(String directory) {
            return "sha256:" + Manifest.sha256(directory + files);
        }

        @Override
        public void export(String directory, Path into) throws IOException {
            exports.incrementAndGet();
            for (File file : files(directory)) {
                Path path = into.resolve(file.path().substring(directory.length() + 1));
                Files.createDirectories(path.getParent());
                Files.write(path, read(file.path()));
                if (file.path().endsWith(".sh")) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
        }
    }
}
