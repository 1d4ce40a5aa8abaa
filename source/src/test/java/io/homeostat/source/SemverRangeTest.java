package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SemverRangeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                ">=1.2 <2       @ 1.2.0 1.9.9 v1.3.0      @ 1.1.9 2.0.0 2.0.0-rc.1 1.3.0-rc.1",
                ">= 1.2, < 2    @ 1.2.0                   @ 2.0.0",
                "~1.4           @ 1.4.0 1.4.9             @ 1.3.9 1.5.0",
                "~1             @ 1.0.0 1.9.0             @ 2.0.0 0.9.0",
                "~1.4.2         @ 1.4.2 1.4.3             @ 1.4.1 1.5.0",
                "1.x            @ 1.0.0 1.99.0            @ 0.9.0 2.0.0",
                "1.2.*          @ 1.2.7                   @ 1.3.0",
                "1              @ 1.5.0                   @ 2.0.0",
                "1.2.3          @ 1.2.3 1.2.3+build       @ 1.2.4 1.2.3-rc.1",
                "^1.2.3         @ 1.2.3 1.9.0             @ 1.2.2 2.0.0",
                "^0.2.3         @ 0.2.3 0.2.9             @ 0.3.0 0.2.2",
                "^0.0.3         @ 0.0.3                   @ 0.0.4",
                "^0             @ 0.9.0                   @ 1.0.0",
                "1.2 - 1.4      @ 1.2.0 1.4.9             @ 1.5.0 1.1.0",
                "1.2 - 1.4.3    @ 1.4.3                   @ 1.4.4",
                ">1.2           @ 1.3.0                   @ 1.2.9",
                ">1.2.3         @ 1.2.4                   @ 1.2.3",
                "<=1.2          @ 1.2.9 0.1.0             @ 1.3.0",
                "<=1.2.3        @ 1.2.3                   @ 1.2.4",
                "*              @ 0.0.1 9.9.9             @ 1.0.0-rc.1",
                "1.x || >=3     @ 1.1.0 3.0.0             @ 2.0.0",
                ">=1.0.0-rc.1   @ 1.0.0-rc.1 1.0.0-rc.2 2.0.0 @ 1.0.0-beta.9",
                ">=1.0.0-0 <2   @ 1.0.0-rc.1 1.5.0-a      @ 2.0.0-rc.1 2.0.0",
                "=v1.2.3        @ 1.2.3                   @ 1.2.2",
            })
    void holdsTheseAndNotThose(String range, String inside, String outside) throws Exception {
        SemverRange parsed = SemverRange.parse(range);
        for (String version : inside.split(" ")) {
            assertThat(parsed.contains(version(version))).as(version).isTrue();
        }
        for (String version : outside.split(" ")) {
            assertThat(parsed.contains(version(version))).as(version).isFalse();
        }
    }

    private static Version version(String text) {
        return Objects.requireNonNull(Version.parse(text));
    }

    @Test
    void versionsAreOrderedAsSemverOrgSays() {
        String[] rising = {
            "0.9.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.2",
            "1.0.10",
            "1.2.0",
            "1.10.0"
        };
        for (int i = 0; i < rising.length; i++) {
            for (int j = 0; j < rising.length; j++) {
                assertThat(Integer.signum(version(rising[i]).compareTo(version(rising[j]))))
                        .as(rising[i] + " and " + rising[j])
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "1.2",
                "release-1.2.3",
                "1.2.3.4",
                "01.2.3",
                "1.2.3-",
                "1.2.3-a..b",
                "1.2.x",
                "",
                "1.2.9999999999999999"
            })
    void whatIsNotAWholeVersionIsNone(String text) {
        assertThat(Version.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", ">", "1.2 ||", "one", "1.2.3.4", ">=1.x.2", "=>1", "!1", "1.2-rc", ">*", "1.2.3 - "})
    void whatIsNotARangeIsSaidSoWithAnExample(String text) {
        assertThatThrownBy(() -> SemverRange.parse(text))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("expected one like '>=1.2 <2', '~1.4' or '1.x'");
    }
}
