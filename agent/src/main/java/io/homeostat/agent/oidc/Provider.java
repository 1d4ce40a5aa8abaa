package io.homeostat.agent.oidc;

import io.homeostat.model.Access;
import io.homeostat.model.Node;
import io.homeostat.source.Secret;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One provider of OpenID Connect, asked anew at each login. Safe for use by many threads. */
public final class Provider {

    private final Access.Oidc settings;
    private final InstantSource clock;

    public Provider(Access.Oidc settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Where the browser goes to log in.
     *
     * @param back where it comes back to; the provider has to know it
     * @throws Denied when the provider cannot be used as it is
     */
    public URI begin(Attempt attempt, URI back) throws IOException, InterruptedException, Denied {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", settings.clientId());
        query.put("redirect_uri", back.toString());
        query.put("scope", scope());
        query.put("state", attempt.state());
        query.put("nonce", attempt.nonce());
        query.put("code_challenge", attempt.challenge());
        query.put("code_challenge_method", "S256");
        return with(Discovery.of(settings.issuer()).authorization(), query);
    }

    /** Without this word it would not be OpenID Connect. */
    private String scope() {
        String asked = String.join(" ", settings.scopes());
        return settings.scopes().contains("openid") ? asked : ("openid " + asked).strip();
    }

    /**
     * Who it was that logged in, as the provider's signed word has it.
     *
     * @param code what the browser brought back
     * @param back as at the beginning
     * @throws Denied when the provider does not take the code, or its answer proves nothing
     */
    public Map<String, Object> end(Attempt attempt, String code, URI back)
            throws IOException, InterruptedException, Denied {
        Discovery provider = Discovery.of(settings.issuer());
        Wire.Answer answer = token(provider, attempt, code, back);
        Node.Mapping said = answer.json();
        String token = said == null ? null : said.text("id_token");
        if (answer.status() != 200 || token == null) {
            String why = said == null ? "" : said.text("error_description", said.text("error", ""));
            throw new Denied(
                    "the provider did not take the code (" + answer.status() + (why.isEmpty() ? "" : ", " + why) + ")");
        }
        Wire.Answer keys = Wire.get(provider.keys());
        if (keys.status() != 200) {
            throw new Denied("the provider's keys cannot be read: " + provider.keys() + " answers " + keys.status());
        }
        return IdToken.verify(
                token, keys.text(), settings.issuer(), settings.clientId(), attempt.nonce(), clock.instant());
    }

    private Wire.Answer token(Discovery provider, Attempt attempt, String code, URI back)
            throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", back.toString());
        form.put("code_verifier", attempt.verifier());
        String secret = secret();
        if (secret != null && provider.takesBasic()) {
            String pair = Wire.encode(settings.clientId()) + ":" + Wire.encode(secret);
            String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            return Wire.post(provider.token(), form, "Basic " + basic);
        }
        form.put("client_id", settings.clientId());
        if (secret != null) {
            form.put("client_secret", secret);
        }
        return Wire.post(provider.token(), form, null);
    }

    private @Nullable String secret() throws IOException {
        if (settings.clientSecret() == null) {
            return null;
        }
        try {
            return Secret.fromFile(settings.clientSecret()).reveal();
        } catch (SourceException unreadable) {
            throw new IOException(unreadable.getMessage(), unreadable);
        }
    }

    /** Where people log out at the provider too; null when it has no such place. */
    public @Nullable URI leave(URI back) throws IOException, InterruptedException, Denied {
        URI end = Discovery.of(settings.issuer()).end();
        if (end == null) {
            return null;
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", settings.clientId());
        query.put("post_logout_redirect_uri", back.toString());
        return with(end, query);
    }

    private static URI with(URI place, Map<String, String> query) {
        return URI.create(place + (place.getRawQuery() == null ? "?" : "&") + Wire.pairs(query));
    }
}
