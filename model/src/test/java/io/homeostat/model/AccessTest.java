package io.homeostat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccessTest {

    private static Access read(String spec, List<Problem> problems) {
        String text = "apiVersion: homeostat.io/v1\nkind: Access\nmetadata: {name: x}\nspec:\n" + spec.indent(2);
        return Access.read("access.yaml", text.getBytes(StandardCharsets.UTF_8), problems);
    }

    @Test
    void whatIsLeftOutIsAsDocumented() {
        List<Problem> problems = new ArrayList<>();
        Access access = read("oidc: {issuer: 'https://id.example.org', clientId: homeostat}", problems);

        assertThat(problems).isEmpty();
        assertThat(access)
                .isEqualTo(new Access(
                        null,
                        List.of(),
                        List.of(),
                        new Access.Oidc(
                                "https://id.example.org",
                                "homeostat",
                                null,
                                List.of("openid", "profile", "email"),
                                "preferred_username",
                                "Single sign-on",
                                List.of())));
    }

    @Test
    void anAddressWithAPrefixEndsInASlash() {
        List<Problem> problems = new ArrayList<>();
        Access access = read("""
            address: https://ops.example.org/homeostat
            proxies: [127.0.0.1, '::1']
            tokens: [{name: ci, role: operator, file: /run/ci}]
            """, problems);

        assertThat(problems).isEmpty();
        assertThat(access.address()).isEqualTo(URI.create("https://ops.example.org/homeostat/"));
        assertThat(access.tokens()).containsExactly(new Access.Token("ci", "operator", Path.of("/run/ci"), List.of()));
    }

    @Test
    void whatIsNotSafeIsAnErrorWithItsPlace() {
        List<Problem> problems = new ArrayList<>();
        read("""
            address: http://ops.example.org/
            proxies: [proxy.example.org]
            tokens: [{name: ci, role: king, file: relative}]
            oidc: {issuer: 'http://id.example.org', clientID: x}
            """, problems);

        assertThat(problems)
                .allMatch(Problem::isError)
                .extracting(Problem::toString)
                .anySatisfy(
                        each -> assertThat(each).startsWith("access.yaml:5:").contains("https"));
        assertThat(problems.toString()).contains("an IP address", "king", "an absolute path", "clientId");
    }

    @Test
    void aFileWithoutAccessIsAnError() {
        List<Problem> problems = new ArrayList<>();
        Access.read(
                "x.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n".getBytes(StandardCharsets.UTF_8),
                problems);

        assertThat(problems).extracting(Problem::code).containsExactly("no-access");
    }

    @Test
    void aGrantLooksIntoListsAndNestedClaims() {
        Map<String, Object> claims = Map.of(
                "groups",
                List.of("sre", "dev"),
                "email_verified",
                true,
                "realm",
                Map.of("roles", List.of("ops")),
                "https://x.y/z",
                "dotted");

        assertThat(new Access.Grant("viewer", null, "true", List.of()).applies(claims, "p"))
                .isTrue();
        assertThat(new Access.Grant("viewer", "groups", "sre", List.of()).applies(claims, "p"))
                .isTrue();
        assertThat(new Access.Grant("viewer", "groups", "sr", List.of()).applies(claims, "p"))
                .isFalse();
        assertThat(new Access.Grant("viewer", "email_verified", "true", List.of()).applies(claims, "p"))
                .isTrue();
        assertThat(new Access.Grant("viewer", "realm.roles", "ops", List.of()).applies(claims, "p"))
                .isTrue();
        assertThat(new Access.Grant("viewer", "https://x.y/z", "dotted", List.of()).applies(claims, "p"))
                .isTrue();
        assertThat(new Access.Grant("viewer", "missing", "true", List.of()).applies(claims, "p"))
                .isFalse();
        assertThat(new Access.Grant("viewer", null, "true", List.of("production")).applies(claims, "p"))
                .isFalse();
    }
}
