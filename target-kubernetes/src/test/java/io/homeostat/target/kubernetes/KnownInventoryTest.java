package io.homeostat.target.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Document;
import io.homeostat.model.Documents;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.target.kubernetes.objects.Applied;
import io.homeostat.target.kubernetes.objects.Inventory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster held last, on this disk. */
class KnownInventoryTest {

    private static Document secret(String word) {
        return Documents.parse("a.yaml", """
                {apiVersion: v1, kind: Secret, metadata: {name: password, namespace: shop}, data: {word: %s}}
                """.formatted(word).getBytes(StandardCharsets.UTF_8))
                .documents()
                .getFirst();
    }

    private static Inventory inventory(Document document) {
        return Inventory.empty("shop")
                .with(new Applied(document.key(), "v1", "r1", "a.yaml", "digest", document.content(), null));
    }

    private static Live read(Path directory, Document desired) throws IOException {
        Map<ObjectKey, Live> known = KnownInventory.read(directory, key -> desired.content());
        assertThat(known).containsOnlyKeys(desired.key());
        return known.values().iterator().next();
    }

    @Test
    void aSecretThatIsTheSameIsRecognizedAndItsValueIsNotInTheCopy(@TempDir Path directory) throws IOException {
        new KnownInventory(directory).write(inventory(secret("dGlnZXI=")));
        assertThat(read(directory, secret("dGlnZXI=")).content())
                .isEqualTo(secret("dGlnZXI=").content());
        assertThat(read(directory, secret("bGlvbg==")).content())
                .isNotEqualTo(secret("bGlvbg==").content());
        Map<ObjectKey, Live> nothingDeclared = KnownInventory.read(directory, key -> null);
        Node.Mapping data = Objects.requireNonNull(
                        nothingDeclared.get(secret("x").key()))
                .content()
                .mapping("data");
        assertThat(((Node.Hidden) Objects.requireNonNull(data.get("word"))).reveal())
                .doesNotContain("dGlnZXI=");
    }

    @Test
    void whatIsGoneFromTheClusterIsGoneFromTheCopy(@TempDir Path directory) throws IOException {
        KnownInventory copy = new KnownInventory(directory);
        copy.write(inventory(secret("dGlnZXI=")));
        copy.write(Inventory.empty("shop"));
        assertThat(KnownInventory.read(directory, key -> null)).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whereNoCopyIsThatIsSaid(@TempDir Path directory) {
        assertThatThrownBy(() -> KnownInventory.read(directory.resolve("none"), key -> null))
                .hasMessageContaining("no copy of a cluster's inventory");
    }
}
