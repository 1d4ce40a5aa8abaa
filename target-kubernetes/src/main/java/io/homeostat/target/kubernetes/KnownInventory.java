package io.homeostat.target.kubernetes;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Inventory;
import io.homeostat.target.kubernetes.objects.InventoryText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the cluster's inventories on the agent's disk, so that what a commit would change can be told without the cluster and
 * without a right to it. Secret values are in it as digests only, as in the cluster.
 */
public final class KnownInventory {

    /** Below a state directory. */
    private static final String PLACE = "target/inventory";

    private final Path directory;

    KnownInventory(Path directory) {
        this.directory = directory;
    }

    /** Where an agent with this state directory keeps its copy. */
    public static Path below(Path state) {
        return state.resolve(PLACE);
    }

    void write(Inventory inventory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(inventory.application());
        if (inventory.objects().isEmpty()) {
            Files.deleteIfExists(file);
            return;
        }
        Path fresh = directory.resolve("." + inventory.application() + ".new");
        Files.writeString(fresh, InventoryText.write(inventory.remembering("")));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * What the copy says is in the cluster, as if nobody had touched it since.
     *
     * @param desired what is declared of an object now, to recognize secret values by; null for nothing
     * @throws IOException when there is no copy, or it cannot be read
     */
    public static Map<ObjectKey, Live> read(Path directory, Function<ObjectKey, Node.@Nullable Mapping> desired)
            throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no copy of a cluster's inventory in " + directory
                    + "; an agent for a cluster keeps it in its state directory");
        }
        Map<ObjectKey, Live> known = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(each -> !each.getFileName().toString().startsWith("."))
                    .toList()) {
                Inventory inventory = InventoryText.read(Files.readString(file));
                for (Applied applied : inventory.objects().values()) {
                    known.put(applied.key(), live(inventory.application(), applied, desired.apply(applied.key())));
                }
            }
        }
        return known;
    }

    private static Live live(String application, Applied applied, Node.@Nullable Mapping desired) {
        return new Live(
                applied.key(),
                application,
                applied.revision(),
                applied.origin(),
                applied.digest(),
                (desired == null ? applied : applied.unsealedBy(desired)).content(),
                Node.Mapping.EMPTY,
                List.of());
    }
}
