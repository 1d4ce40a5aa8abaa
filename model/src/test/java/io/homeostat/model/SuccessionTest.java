package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Succession.Earlier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuccessionTest {

    private final List<Problem> problems = new ArrayList<>();

    private Environment read(String spec) {
        Documents.Parsed parsed =
                Documents.parse("environments.yaml", """
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: production}
                spec: {%s}
                ---
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: staging}
                spec: {agent: {url: "https://staging:7317/", tokenFile: /etc/token}}
                ---
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: test}
                spec: {}
                ---
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: canada}
                spec: {after: [europe], agent: {url: "http://canada"}}
                ---
                apiVersion: homeostat.io/v1
                kind: Environment
                metadata: {name: europe}
                spec: {after: [production, canada], agent: {url: "http://europe"}}
                """.formatted(spec).getBytes(StandardCharsets.UTF_8));
        problems.addAll(parsed.problems());
        return Environments.read(parsed.documents().getFirst(), parsed.documents(), problems);
    }

    @Test
    void itGoesAfterOthersThatHaveHeldARevision() {
        Environment production = read("after: [staging], hold: 10m");
        assertThat(problems).isEmpty();
        assertThat(production.succession())
                .isEqualTo(new Succession(
                        List.of(new Earlier("staging", URI.create("https://staging:7317"), Path.of("/etc/token"))),
                        Duration.ofMinutes(10)));
        assertThat(read("").succession()).isEqualTo(Succession.NONE);
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        after: [stagin]               | environments.yaml:4  | no environment 'stagin'                            | did you mean 'staging'?
        after: [production]           | environments.yaml:4  | cannot come after itself                           | take it out
        after: [staging, test]        | environments.yaml:4  | where the agent of environment 'test' answers      | agent: {url:
        after: [canada]               | environments.yaml:4  | production → canada → europe → production          | take 'canada' out of after
        hold: 10m                     | environments.yaml:4  | there are none                                     | after: [staging]
        """)
    void whatCanNeverGoIsSaidWithItsPlace(String spec, String place, String said, String suggestion) {
        read(spec);
        assertThat(problems).isNotEmpty();
        assertThat(problems.getFirst().toString()).contains(place, said);
        assertThat(problems.getFirst().text()).contains(suggestion);
    }
}
