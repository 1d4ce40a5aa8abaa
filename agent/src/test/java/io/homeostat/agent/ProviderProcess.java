package io.homeostat.agent;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * A provider of OpenID Connect, in a process of its own: discovery, authorization with PKCE, tokens, keys, the end of its session.
 * Everybody who comes is {@code ada}, at once. {@code /misbehave} tells it how the next id token is to be wrong, and who ada is.
 */
final class ProviderProcess {

    static final String CLIENT = "homeostat test";
    static final String SECRET = "s3cr%t of the client, with a colon: here";

    private record Granted(Map<String, String> asked, boolean used) {}

    private final HttpServer server;
    private final String issuer;
    private final Map<String, Granted> codes = new HashMap<>();
    private final Map<String, String> wrong = new HashMap<>();
    private RSAKey key = fresh();
    private RSAKey signs = key;

    private ProviderProcess() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // A host of another name: for a browser another site than 127.0.0.1.
        issuer = "http://localhost:" + server.getAddress().getPort();
        server.createContext("/", this::handle);
    }

    public static void main(String[] arguments) throws Exception {
        ProviderProcess provider = new ProviderProcess();
        provider.server.start();
        System.out.println(provider.issuer);
        // Ends with whoever started it.
        while (System.in.read() >= 0) {}
        provider.server.stop(0);
    }

    private static RSAKey fresh() throws Exception {
        return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> asked = exchange.getRequestMethod().equals("POST")
                    ? Request.pairs(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    : Request.pairs(exchange.getRequestURI().getRawQuery());
            switch (exchange.getRequestURI().getPath()) {
                case "/.well-known/openid-configuration" -> json(exchange, 200, discovery());
                case "/authorize" -> authorize(exchange, asked);
                case "/token" -> token(exchange, asked);
                case "/keys" -> text(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
                case "/end" -> text(exchange, 200, "ended " + asked.get("post_logout_redirect_uri"));
                case "/misbehave" -> {
                    wrong.clear();
                    wrong.putAll(asked);
                    if (asked.containsKey("rotate")) {
                        key = fresh();
                        signs = key;
                    }
                    text(exchange, 200, "as you like");
                }
                default -> text(exchange, 404, "nothing here");
            }
        } catch (Exception failed) {
            throw new IOException(failed);
        }
    }

    private Node.Mapping discovery() {
        return Node.Mapping.EMPTY
                .with("issuer", wrong.getOrDefault("issuer", issuer))
                .with("authorization_endpoint", issuer + "/authorize")
                .with("token_endpoint", issuer + "/token")
                .with("jwks_uri", issuer + "/keys")
                .with("end_session_endpoint", issuer + "/end")
                .with("response_types_supported", JsonList.of(List.of("code")))
                .with("id_token_signing_alg_values_supported", JsonList.of(List.of("RS256")))
                .with("code_challenge_methods_supported", JsonList.of(List.of("S256")));
    }

    private void authorize(HttpExchange exchange, Map<String, String> asked) throws IOException {
        if (!asked.getOrDefault("client_id", "").equals(CLIENT)
                || !asked.getOrDefault("response_type", "").equals("code")
                || !asked.getOrDefault("code_challenge_method", "").equals("S256")
                || !(" " + asked.getOrDefault("scope", "") + " ").contains(" openid ")) {
            text(exchange, 400, "no such request: " + asked);
            return;
        }
        String code = UUID.randomUUID().toString();
        codes.put(code, new Granted(asked, false));
        String answer = wrong.containsKey("denies") ? "error=access_denied" : "code=" + code;
        exchange.getResponseHeaders()
                .set(
                        "Location",
                        asked.get("redirect_uri") + "?" + answer + "&state=" + encode(asked.getOrDefault("state", ""))
                                + "&iss=" + encode(issuer));
        exchange.sendResponseHeaders(302, -1);
    }

    private void token(HttpExchange exchange, Map<String, String> asked) throws Exception {
        String basic = Base64.getEncoder()
                .encodeToString((encode(CLIENT) + ":" + encode(SECRET)).getBytes(StandardCharsets.UTF_8));
        Granted granted = codes.get(asked.getOrDefault("code", ""));
        if (!("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            json(exchange, 401, Node.Mapping.EMPTY.with("error", "invalid_client"));
        } else if (granted == null
                || granted.used()
                || !asked.getOrDefault("grant_type", "").equals("authorization_code")
                || !Objects.equals(granted.asked().get("redirect_uri"), asked.get("redirect_uri"))
                || !challenge(asked.getOrDefault("code_verifier", ""))
                        .equals(granted.asked().get("code_challenge"))) {
            json(exchange, 400, Node.Mapping.EMPTY.with("error", "invalid_grant"));
        } else {
            codes.put(asked.get("code"), new Granted(granted.asked(), true));
            json(
                    exchange,
                    200,
                    Node.Mapping.EMPTY
                            .with("access_token", "for nothing here")
                            .with("token_type", "Bearer")
                            .with("id_token", idToken(granted.asked())));
        }
    }

    private String idToken(Map<String, String> asked) throws Exception {
        Instant now = Instant.now().plusSeconds(Long.parseLong(wrong.getOrDefault("clock", "0")));
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(wrong.getOrDefault("iss", issuer))
                .audience(wrong.getOrDefault("aud", CLIENT))
                .subject("4711")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", wrong.getOrDefault("nonce", asked.get("nonce")))
                .claim("preferred_username", wrong.getOrDefault("name", "ada"))
                .claim("realm_access", Map.of("roles", List.of(wrong.getOrDefault("role", "sre"), "everybody")))
                .build();
        RSAKey with = wrong.containsKey("unknown") ? fresh() : signs;
        if (wrong.containsKey("forged")) {
            // The right name of the key, and another key.
            with = new RSAKeyGenerator(2048).keyID(signs.getKeyID()).generate();
        }
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(with.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(with));
        return wrong.containsKey("unsigned") ? unsigned(token) : token.serialize();
    }

    private static String unsigned(SignedJWT token) {
        String head = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        return head + "." + token.getPayload().toBase64URL() + ".";
    }

    private static String challenge(String verifier) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static void json(HttpExchange exchange, int status, Node.Mapping view) throws IOException {
        text(exchange, status, Json.write(view));
    }

    private static void text(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", text.startsWith("{") ? "application/json" : "text/plain");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
