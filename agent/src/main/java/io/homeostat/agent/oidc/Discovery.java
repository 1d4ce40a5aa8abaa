package io.homeostat.agent.oidc;

import io.homeostat.model.Node;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of itself (OpenID Connect Discovery 1.0).
 *
 * @param end where people log out there; null when it has no such place
 * @param takesBasic whether a client may prove itself in the {@code Authorization} header
 */
record Discovery(
        URI authorization, URI token, URI keys, @Nullable URI end, boolean takesBasic) {

    private static final String PLACE = ".well-known/openid-configuration";

    static Discovery of(String issuer) throws IOException, InterruptedException, Denied {
        URI place = URI.create(issuer.endsWith("/") ? issuer + PLACE : issuer + "/" + PLACE);
        Wire.Answer answer = Wire.get(place);
        Node.Mapping said = answer.json();
        if (answer.status() != 200 || said == null) {
            throw new Denied(place + " answers " + answer.status() + " and no description of the provider");
        }
        if (!issuer.equals(said.text("issuer"))) {
            throw new Denied("the provider at " + issuer + " calls itself '" + said.text("issuer", "") + "'");
        }
        return new Discovery(
                endpoint(said, "authorization_endpoint"),
                endpoint(said, "token_endpoint"),
                endpoint(said, "jwks_uri"),
                said.get("end_session_endpoint") == null ? null : endpoint(said, "end_session_endpoint"),
                takesBasic(said.sequence("token_endpoint_auth_methods_supported")));
    }

    private static boolean takesBasic(List<Node> methods) {
        return methods.isEmpty()
                || methods.stream().anyMatch(each -> each.toString().equals("client_secret_basic"));
    }

    /** The issuer was checked to be encrypted, or of this machine; it must not send us to a place that is neither. */
    private static URI endpoint(Node.Mapping said, String name) throws Denied {
        try {
            URI uri = URI.create(said.text(name, ""));
            String host = uri.getHost();
            if (host != null
                    && ("https".equals(uri.getScheme())
                            || ("http".equals(uri.getScheme()) && host.matches("localhost|127\\..*|\\[::1\\]")))) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            // Said below.
        }
        throw new Denied("the provider's " + name + " is '" + said.text(name, "") + "', which is no https URL");
    }
}
