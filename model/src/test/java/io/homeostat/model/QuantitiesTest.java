package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {

    @ParameterizedTest
    @CsvSource({
        "500m, 0.5",
        "2, 2",
        "64Mi, 67108864",
        "1.5Gi, 1610612736",
        "1k, 1000",
        "2G, 2000000000",
        "1e3, 1000",
        "1E3, 1000",
        "1E, 1000000000000000000",
        ".5, 0.5",
        "5., 5",
        "-1, -1",
        "+1, 1",
        "100n, 0.0000001",
        "1e-2, 0.01"
    })
    void quantitiesAreReadAsKubernetesWritesThem(String text, BigDecimal value) {
        assertThat(Quantities.parse(text)).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1 Mi", "1mi", "1KB", "Mi", ".", "1.2.3", "1e", "1e999", "--1", "0x10", "1Mib"})
    void whatIsNoQuantityIsRefused(String text) {
        assertThat(Quantities.parse(text)).isNull();
    }
}
