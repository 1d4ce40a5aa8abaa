package io.homeostat.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhooksTest {
    private static final Secret SECRET = Secret.of("correct horse");
    private static final String PUSH = """
            {"zen": [{"ref": "refs/heads/decoy"}], "ref": "refs/heads/main",
             "repository": {"id": 1, "owner": {"clone_url": "https://evil.example/x.git"},
               "clone_url": "https://git.example.org/shop/shop.git", "ssh_url": "git@git.example.org:shop/shop.git",
               "html_url": "https://git.example.org/shop/shop"}}""";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(byte[] key, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(body));
    }

    private static String hex(String body) throws Exception {
        return HexFormat.of().formatHex(hmac(bytes("correct horse"), body));
    }

    private static Verdict verify(Map<String, String> headers, String body) {
        return Webhooks.verify(headers, bytes(body), SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Hub-Signature-256, sha256=, github",
        "x-hub-signature-256, sha256=, github",
        "X-Gitea-Signature, '', gitea",
        "X-FORGEJO-SIGNATURE, '', forgejo",
        "X-Signature, sha256=, generic",
    })
    void acceptsEachProvidersSignature(String header, String prefix, String provider) throws Exception {
        Verdict verdict = verify(Map.of(header, prefix + hex(PUSH)), PUSH);
        assertThat(verdict).isInstanceOfSatisfying(Verdict.Accepted.class, accepted -> {
            assertThat(accepted.provider()).isEqualTo(provider);
            assertThat(accepted.reference()).contains(new Reference.Branch("main"));
            assertThat(accepted.locations())
                    .containsExactly(
                            "https://git.example.org/shop/shop.git",
                            "git@git.example.org:shop/shop.git",
                            "https://git.example.org/shop/shop");
        });
    }

    @Test
    void agreesWithThePublishedExample() {
        // GitHub's documentation gives this secret, payload and digest for implementers to check against.
        Verdict verdict = Webhooks.verify(
                Map.of(
                        "X-Hub-Signature-256",
                        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
                bytes("Hello, World!"),
                Secret.of("It's a Secret to Everybody"));
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Rejected.class,
                        rejected -> assertThat(rejected.reason())
                                .startsWith("the signature is right, but the body is not JSON"));
    }

    @Test
    void gitlabsTokenAndItsNewerSignatureAreAccepted() throws Exception {
        String body = """
                {"object_kind":"tag_push","ref":"refs/tags/v1.2.3","project":{"git_http_url":"https://gl/a/b.git"}}""";
        assertThat(verify(Map.of("X-Gitlab-Token", "correct horse"), body)).isInstanceOf(Verdict.Accepted.class);
        assertThat(verify(Map.of("X-Gitlab-Token", "correct house"), body)).isInstanceOf(Verdict.Rejected.class);

        String signed = "id-1.1700000000." + body;
        Map<String, String> headers = new HashMap<>(
                Map.of("webhook-id", "id-1", "webhook-timestamp", "1700000000", "X-Gitlab-Event", "Tag Push Hook"));
        headers.put("webhook-signature", "v1,AAAA v1," + base64(hmac(bytes("correct horse"), signed)));
        assertThat(verify(headers, body)).isInstanceOfSatisfying(Verdict.Accepted.class, accepted -> {
            assertThat(accepted.provider()).isEqualTo("gitlab");
            assertThat(accepted.reference()).contains(new Reference.Tag("v1.2.3"));
        });
        headers.put("webhook-timestamp", "1700000001");
        assertThat(verify(headers, body)).isInstanceOf(Verdict.Rejected.class);
        headers.put("X-Gitlab-Token", "correct horse");
        assertThat(verify(headers, body))
                .as("no token makes up for a wrong signature")
                .isInstanceOf(Verdict.Rejected.class);
    }

    @Test
    void aStandardWebhooksSecretIsTheKeyInBase64() throws Exception {
        byte[] key = bytes("0123456789abcdef");
        String body = "{}";
        Map<String, String> headers = Map.of(
                "webhook-id", "i",
                "webhook-timestamp", "1",
                "webhook-signature", "v1," + base64(hmac(key, "i.1." + body)));
        assertThat(Webhooks.verify(headers, bytes(body), Secret.of("whsec_" + base64(key))))
                .isInstanceOf(Verdict.Accepted.class);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Test
    void aPingWithoutReferenceAndAnEmptyBodyAreAccepted() throws Exception {
        String ping = "{\"zen\":\"Keep it logically awesome.\",\"hook_id\":1}";
        assertThat(verify(Map.of("X-GitHub-Event", "ping", "X-Hub-Signature-256", "sha256=" + hex(ping)), ping))
                .isInstanceOfSatisfying(
                        Verdict.Accepted.class, a -> assertThat(a.reference()).isEqualTo(Optional.empty()));
        assertThat(verify(Map.of("X-Signature", "sha256=" + hex("")), "")).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void aFormIsSignedAsItCame() throws Exception {
        String form = "payload=" + URLEncoder.encode(PUSH, StandardCharsets.UTF_8);
        Map<String, String> headers = Map.of(
                "content-type", "application/x-www-form-urlencoded", "X-Hub-Signature-256", "sha256=" + hex(form));
        assertThat(verify(headers, form))
                .isInstanceOfSatisfying(
                        Verdict.Accepted.class,
                        accepted -> assertThat(accepted.reference()).contains(new Reference.Branch("main")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256=", "sha1=00", "sha256=zz", "sha256=00"})
    void aWrongSignatureIsRejectedWithoutTellingTheRightOne(String signature) throws Exception {
        assertThat(reason(verify(Map.of("X-Hub-Signature-256", signature), PUSH)))
                .contains("does not match")
                .doesNotContain(hex(PUSH))
                .doesNotContain("horse");
    }

    @Test
    void everyChangedByteIsRejected() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String signature = "sha256=" + hex(PUSH);
        for (int i = 0; i < 500; i++) {
            byte[] body = bytes(PUSH);
            body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(7));
            assertThat(Webhooks.verify(Map.of("X-Hub-Signature-256", signature), body, SECRET))
                    .as("seed %d", seed)
                    .isInstanceOf(Verdict.Rejected.class);
        }
    }

    @Test
    void noSignatureAnOldOneAndAMissingSecretAreSaidSo() {
        assertThat(reason(verify(Map.of(), "{}"))).startsWith("no signature came");
        assertThat(reason(verify(Map.of("X-Hub-Signature", "sha1=00"), "{}"))).startsWith("only a SHA-1 signature");
        assertThat(reason(Webhooks.verify(Map.of("X-Gitlab-Token", ""), bytes("{}"), Secret.of(""))))
                .startsWith("the webhook secret is shorter");
        assertThat(reason(Webhooks.verify(Map.of(), bytes("{}"), Secret.fromEnvironment("NOT_SET_ANYWHERE"))))
                .startsWith("no webhook secret: the environment variable NOT_SET_ANYWHERE");
        assertThat(reason(Webhooks.verify(Map.of(), new byte[Webhooks.LARGEST + 1], SECRET)))
                .startsWith("the body is larger");
    }

    private static String reason(Verdict verdict) {
        return verdict instanceof Verdict.Rejected(String reason) ? reason : "accepted";
    }

    @ParameterizedTest
    @CsvSource({
        "https://git.example.org/shop/shop, true",
        "https://GIT.example.org/Shop/shop.git, true",
        "ssh://git@git.example.org:2222/shop/shop.git, true",
        "git@git.example.org:shop/shop, true",
        "https://git.example.org/shop/other.git, false",
        "https://example.org/shop/shop.git, false",
        "/srv/git/shop, false",
    })
    void itConcernsTheSameRepositoryByWhicheverAddress(String location, boolean concerns) throws Exception {
        Verdict verdict = verify(Map.of("X-Signature", "sha256=" + hex(PUSH)), PUSH);
        assertThat(((Verdict.Accepted) verdict).concerns(SourceSpec.of(location)))
                .isEqualTo(concerns);
    }

    @Test
    void aPushToAnotherBranchDoesNotConcernAFollowedOne() throws Exception {
        Verdict.Accepted accepted = (Verdict.Accepted) verify(Map.of("X-Signature", "sha256=" + hex(PUSH)), PUSH);
        SourceSpec spec = SourceSpec.of("https://git.example.org/shop/shop");
        assertThat(accepted.concerns(spec.following(Reference.parse("main")))).isTrue();
        assertThat(accepted.concerns(spec.following(Reference.parse("stable")))).isFalse();
        assertThat(accepted.concerns(spec.following(Reference.parse("semver:1.x"))))
                .isTrue();
    }
}
