package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Service is found by every name that its callers have for it. */
class ServiceNamesTest {

    private static final List<Live> SERVICES = List.of(
            service("default", "web", "address", "127.7.0.1"),
            service("shop", "api", "clusterIP", "10.0.0.1"),
            service("blue", "api", "clusterIP", "10.0.0.2"),
            service("shop", "db", "clusterIP", "fd00::1"),
            service("shop", "headless", "clusterIP", ""));

    private static Live service(String namespace, String name, String field, String address) {
        return new Live(
                new ObjectKey("", "Service", namespace, name),
                "shop",
                "",
                "",
                "",
                Node.Mapping.EMPTY,
                Node.Mapping.EMPTY.with(field, address),
                List.of());
    }

    private static String resolve(String url, String... namespaces) throws IOException {
        return ServiceNames.resolve(url, SERVICES, Set.of(namespaces), host -> false);
    }

    @ParameterizedTest
    @CsvSource({
        "http://web:8080/web, http://127.7.0.1:8080/web",
        "http://api.shop/, http://10.0.0.1/",
        "http://api.blue:8080/api.blue, http://10.0.0.2:8080/api.blue",
        "http://api.shop.svc/, http://10.0.0.1/",
        "http://api.shop.svc.cluster.local:80/x?y=api, http://10.0.0.1:80/x?y=api",
        "https://api.shop.svc.example.org, https://10.0.0.1",
        "http://ann@db:5432/, http://ann@[fd00::1]:5432/",
    })
    void byItsName(String url, String resolved) throws IOException {
        assertThat(resolve(url)).isEqualTo(resolved);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org/",
        "http://api.example.org/",
        "http://api.shop.example.org/",
        "http://127.0.0.1:80/",
        "http://headless.shop/",
        "http://nobody/",
        "http://web.shop/",
    })
    void whatIsNoServiceOfOursStaysAsItIs(String url) throws IOException {
        assertThat(resolve(url)).isEqualTo(url);
    }

    @Test
    void aBareNameIsFirstOfAllOneOfTheExperimentsNamespaces() throws IOException {
        assertThat(resolve("http://api/", "blue")).isEqualTo("http://10.0.0.2/");
        assertThat(resolve("http://db/", "blue")).as("the only one").isEqualTo("http://[fd00::1]/");
        assertThatThrownBy(() -> resolve("http://api/"))
                .isInstanceOf(IOException.class)
                .hasMessage("several Services are called api: api.blue, api.shop; say which");
        assertThatThrownBy(() -> resolve("http://api/", "blue", "shop")).isInstanceOf(IOException.class);
    }

    @Test
    void aCertificateIsLookedForByTheNameWhereThatIsFound() throws IOException {
        String url = "https://api.shop.svc/";
        assertThat(ServiceNames.resolve(url, SERVICES, Set.of(), host -> true)).isEqualTo(url);
        assertThat(ServiceNames.resolve("http://api.shop.svc/", SERVICES, Set.of(), host -> true))
                .isEqualTo("http://10.0.0.1/");
    }
}
