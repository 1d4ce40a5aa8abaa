package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagingTest {

    private static final Paging PAGING = new Paging("things", List.of("name", "of"));

    private static Node.Mapping answer(Iterable<String> names) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        return Node.Mapping.EMPTY
                .with("environment", "test")
                .with(
                        "things",
                        JsonList.of(
                                all,
                                name -> Node.Mapping.EMPTY.with("name", name).with("of", "shop")));
    }

    private static List<String> names(Node.Mapping page) {
        return page.sequence("things").stream()
                .map(each -> ((Node.Mapping) each).text("name", ""))
                .toList();
    }

    @Test
    void withoutLimitAllCome() throws Refusal {
        Paging.Page page = PAGING.of(answer(List.of("a", "b")), Map.of());

        assertThat(page.next()).isNull();
        assertThat(names(page.view())).containsExactly("a", "b");
    }

    /** A list that changes at random while it is read: what was there all the time comes exactly once, in order. */
    @Test
    void whatStaysComesOnceWhateverComesAndGoes() throws Refusal {
        long seed = Long.getLong("homeostat.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        for (int trial = 0; trial < 200; trial++) {
            TreeSet<String> staying = new TreeSet<>();
            IntStream.range(0, random.nextInt(40)).forEach(i -> staying.add("s" + random.nextInt(1000)));
            TreeSet<String> all = new TreeSet<>(staying);
            List<String> read = new ArrayList<>();
            String next = "";
            while (next != null) {
                all.removeIf(each -> each.startsWith("t") && random.nextInt(3) == 0);
                IntStream.range(0, random.nextInt(4)).forEach(i -> all.add("t" + random.nextInt(1000)));
                TreeSet<String> now = new TreeSet<>(all);
                Paging.Page page =
                        PAGING.of(answer(now), Map.of("limit", Integer.toString(1 + random.nextInt(7)), "from", next));
                read.addAll(names(page.view()));
                next = page.next();
                if (next != null) {
                    // The element that the next page begins after may go, too, unless it is one of those that stay.
                    all.removeIf(each -> each.startsWith("t"));
                }
            }
            assertThat(read.stream().filter(each -> each.startsWith("s")))
                    .as("seed %d, trial %d", seed, trial)
                    .containsExactlyElementsOf(staying);
        }
    }

    @Test
    void whatNoPageSaidIsWrong() {
        for (Map<String, String> query : List.of(
                Map.of("limit", "0"),
                Map.of("limit", "1001"),
                Map.of("limit", "many"),
                Map.of("limit", "5", "from", "nonsense"),
                Map.of("limit", "5", "from", "-1~a"))) {
            assertThatThrownBy(() -> PAGING.of(answer(List.of("a")), query))
                    .as(query.toString())
                    .isInstanceOfSatisfying(
                            Refusal.class, no -> assertThat(no.status()).isEqualTo(400));
        }
    }

    @Test
    void theLinkKeepsWhatWasAsked() {
        assertThat(Paging.link(Map.of("application", "a b", "limit", "5"), "5~x shop"))
                .isEqualTo("<?application=a+b&from=5%7Ex+shop&limit=5>; rel=\"next\"");
    }
}
