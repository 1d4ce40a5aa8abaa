package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.agent.Precedence.Heard;
import io.homeostat.converge.Guard.Answer;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.Succession;
import io.homeostat.model.Succession.Earlier;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecedenceTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Succession AFTER_BOTH = new Succession(
            List.of(
                    new Earlier("test", URI.create("http://test"), null),
                    new Earlier("staging", URI.create("http://staging"), null)),
            Duration.ofMinutes(10));

    private static Heard held(Duration time) {
        return new Heard("two", null, NOW.minus(time), null);
    }

    private static Answer ask(Heard test, Heard staging) {
        return Precedence.of(AFTER_BOTH, "shop", "two", Map.of("test", test, "staging", staging), NOW);
    }

    private static String refusal(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.No.class);
        assertThat(((Answer.No) answer).confirmable()).isTrue();
        return ((Answer.No) answer).reason();
    }

    @Test
    void itGoesWhenAllBeforeItHaveHeldItLongEnough() {
        assertThat(ask(held(Duration.ofMinutes(10)), held(Duration.ofHours(1)))).isEqualTo(new Answer.Yes());
        assertThat(Precedence.of(Succession.NONE, "shop", "two", Map.of(), NOW)).isEqualTo(new Answer.Yes());
    }

    @Test
    void untilThenItIsSaidWhatItWaitsFor() {
        Heard good = held(Duration.ofHours(1));
        assertThat(refusal(ask(new Heard("one", null, NOW, null), good)))
                .contains("waits for environment test, which is at one");
        assertThat(refusal(ask(good, new Heard("two", "db is failed", NOW, null))))
                .contains("environment staging, where db is failed", "homeostat confirm shop");
        assertThat(refusal(ask(good, Heard.nothing("it is away")))).contains("environment staging", "it is away");
        assertThat(refusal(Precedence.of(AFTER_BOTH, "shop", "two", Map.of("test", good), NOW)))
                .contains("staging", "not asked yet");
        Answer soon = ask(good, held(Duration.ofMinutes(4)));
        assertThat(refusal(soon)).contains("has held it for 10m, at 2026-01-01T12:06:00Z");
        assertThat(((Answer.No) soon).until()).isEqualTo(NOW.plus(Duration.ofMinutes(6)));
    }

    @Test
    void whatAnEnvironmentSaysOfItselfIsRead() throws IOException {
        Node.Mapping status = (Node.Mapping) Json.read("""
                {"source": {"revision": "two"}, "applications": [
                  {"name": "shop", "state": "synced", "health": {"status": "healthy"}, "goodSince": "2026-01-01T11:00:00Z"},
                  {"name": "db", "state": "synced", "health": {"status": "healthy"}, "goodSince": "2026-01-01T10:00:00Z"}]}""");
        assertThat(Heard.of(status)).isEqualTo(new Heard("two", null, NOW.minus(Duration.ofHours(1)), null));
        Node.Mapping sick = (Node.Mapping) Json.read("""
                {"source": {"revision": "two"}, "applications": [
                  {"name": "shop", "state": "synced", "health": {"status": "progressing"}}]}""");
        assertThat(Heard.of(sick).unsettled()).isEqualTo("shop is progressing");
        Node.Mapping held = (Node.Mapping) Json.read("""
                {"applications": [{"name": "shop", "state": "held", "health": {"status": "healthy"}}]}""");
        assertThat(Heard.of(held)).isEqualTo(new Heard("", "shop is held", Instant.EPOCH, null));
    }
}
