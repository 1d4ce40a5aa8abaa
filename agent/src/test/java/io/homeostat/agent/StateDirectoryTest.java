package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where people are told to look, something answers. */
class StateDirectoryTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, http://127.0.0.1:8080",
        "::, http://[::1]:8080",
        "::1, http://[0:0:0:0:0:0:0:1]:8080",
        "127.0.0.1, http://127.0.0.1:8080",
        "10.0.0.7, http://10.0.0.7:8080"
    })
    void whoListensEverywhereIsNamedByAnAddressThatCanBeCalled(String host, String url) {
        assertThat(StateDirectory.url(new InetSocketAddress(host, 8080))).isEqualTo(url);
    }
}
