package io.homeostat.model;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code kind: Access}: who may use an agent besides its owner. It lies beside the agent, not in Git: whoever may commit must not
 * make themselves admin by that, and people have to get in while Git is out of reach.
 *
 * @param address where browsers find the console, ending in {@code /}; null: where the agent listens
 * @param proxies addresses of reverse proxies that are believed who calls
 * @param oidc null where nobody logs in by single sign-on
 */
public record Access(
        @Nullable URI address,
        List<String> proxies,
        List<Token> tokens,
        @Nullable Oidc oidc) {

    /** The owner alone. */
    public static final Access OWNER = new Access(null, List.of(), List.of(), null);

    /**
     * @param role {@code viewer}, {@code operator}, {@code approver} or {@code admin}
     * @param environments where it counts; empty: everywhere
     */
    public record Token(String name, String role, Path file, List<String> environments) {}

    /** @param clientSecret where it is; null for a public client */
    public record Oidc(
            String issuer,
            String clientId,
            @Nullable Path clientSecret,
            List<String> scopes,
            String nameClaim,
            String title,
            List<Grant> grants) {}

    /**
     * @param claim null: everybody
     * @param environments where it counts; empty: everywhere
     */
    public record Grant(String role, @Nullable String claim, String value, List<String> environments) {

        /** Whether people of whom a provider says this get the role in an environment. */
        public boolean applies(Map<String, Object> claims, String environment) {
            return (environments.isEmpty() || environments.contains(environment))
                    && (claim == null || holds(find(claims, claim)));
        }

        private boolean holds(@Nullable Object said) {
            return said instanceof Iterable<?> list ? contains(list) : said != null && value.equals(said.toString());
        }

        private boolean contains(Iterable<?> list) {
            for (Object each : list) {
                if (value.equals(String.valueOf(each))) {
                    return true;
                }
            }
            return false;
        }

        /** Names of claims may have dots themselves, so the whole name is tried first. */
        private static @Nullable Object find(Map<?, ?> claims, String name) {
            if (claims.containsKey(name)) {
                return claims.get(name);
            }
            for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
                if (claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner) {
                    return find(inner, name.substring(dot + 1));
                }
            }
            return null;
        }
    }

    /**
     * Reads the one document of a file.
     *
     * @param problems gets what is wrong with it; with an error among them what is answered must not be used
     */
    public static Access read(String file, byte[] content, List<Problem> problems) {
        Documents.Parsed parsed = Documents.parse(file, content);
        problems.addAll(parsed.problems());
        List<Document> found = parsed.documents().stream()
                .filter(each ->
                        each.key().kind().equals("Access") && each.key().group().equals(Environments.GROUP))
                .toList();
        if (found.size() != 1 && !parsed.hasErrors()) {
            problems.add(Problem.error(
                            new Position(file, 1, 1),
                            "no-access",
                            "the file holds " + found.size() + " Access documents")
                    .expecting("one")
                    .suggesting("docs/reference/Access.md has every field"));
        }
        return found.size() == 1 ? read(found.getFirst().spec()) : OWNER;
    }

    private static Access read(Node.Mapping spec) {
        String address = spec.text("address");
        return new Access(
                address == null ? null : URI.create(address.endsWith("/") ? address : address + "/"),
                texts(spec, "proxies"),
                mappings(spec, "tokens").stream()
                        .map(token -> new Token(
                                token.text("name", ""),
                                token.text("role", ""),
                                Path.of(token.text("file", "")),
                                texts(token, "environments")))
                        .toList(),
                spec.get("oidc") instanceof Node.Mapping oidc ? oidc(oidc) : null);
    }

    private static Oidc oidc(Node.Mapping oidc) {
        String secret = oidc.text("clientSecretFile");
        return new Oidc(
                oidc.text("issuer", ""),
                oidc.text("clientId", ""),
                secret == null ? null : Path.of(secret),
                oidc.get("scopes") == null ? List.of("openid", "profile", "email") : texts(oidc, "scopes"),
                oidc.text("nameClaim", "preferred_username"),
                oidc.text("title", "Single sign-on"),
                mappings(oidc, "roles").stream()
                        .map(grant -> new Grant(
                                grant.text("role", ""),
                                grant.text("claim"),
                                grant.text("value", "true"),
                                texts(grant, "environments")))
                        .toList());
    }

    private static List<String> texts(Node.Mapping spec, String key) {
        return spec.sequence(key).stream().map(Node::toString).toList();
    }

    private static List<Node.Mapping> mappings(Node.Mapping spec, String key) {
        List<Node.Mapping> found = new ArrayList<>();
        for (Node each : spec.sequence(key)) {
            if (each instanceof Node.Mapping mapping) {
                found.add(mapping);
            }
        }
        return found;
    }
}
