package io.homeostat.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.journal.Event;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Effect;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a run found never to be possible is not tried again, until it is declared otherwise. */
class LearnedTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");

    private final Learned learned = new Learned();

    private @Nullable String refusal(String digest, Effect effect, @Nullable String container) {
        Surroundings.Component web = new Surroundings.Component(
                WEB, digest, "shop", false, 1, Set.of(), null, null, null, Node.Mapping.EMPTY, Set.of());
        return learned.over(Applicability.Target.ANYTHING, Map.of(WEB.toString(), web))
                .objection(WEB, Node.Mapping.EMPTY, effect, container);
    }

    @Test
    void aContainerWithoutAShellRefusesStressUntilItIsAnother() throws IOException {
        assertThat(refusal("d1", new Effect.Cpu(1), null)).isNull();
        learned.take(new Event(1, Instant.EPOCH, ChaosFacts.ENDED, "", "", "", (Node.Mapping) Json.read("""
                {"verdict": "inconclusive", "refused": [{"target": "Deployment/web", "class": "cpu",
                 "container": "main", "digest": "d1", "reason": "main has no shell"}]}
                """), ""));
        assertThat(refusal("d1", new Effect.Cpu(1), "main")).isEqualTo("main has no shell");
        assertThat(refusal("d1", new Effect.Cpu(1), null)).as("all of them").isEqualTo("main has no shell");
        assertThat(refusal("d1", new Effect.Cpu(1), "proxy")).isNull();
        assertThat(refusal("d1", new Effect.Kill(), null)).isNull();
        assertThat(refusal("d2", new Effect.Cpu(1), "main"))
                .as("it is another one by now")
                .isNull();
    }
}
