package io.homeostat.model.internal.our;

import static io.homeostat.model.internal.shape.Shape.Member.optional;
import static io.homeostat.model.internal.shape.Shape.Member.required;

import io.homeostat.model.internal.shape.Shape;
import io.homeostat.model.internal.shape.Shape.Elements;
import io.homeostat.model.internal.shape.Shape.Fields;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/** Who may look and act, besides the owner of the agent's token. Not from Git: see {@code docs/decisions}. */
final class AccessKind {

    private static final Shape ADDRESS = new Shape.Text(
            "an https URL (http for this machine alone) without query", AccessKind::isSafeUrl, "^https?://[^?#]+$");
    private static final Shape IP = new Shape.Text("an IP address", AccessKind::isIp, "^[0-9a-fA-F.:]+$");
    private static final Shape FILE = new Shape.Text("an absolute path", text -> text.startsWith("/"), "^/");
    private static final Shape PERSON =
            new Shape.Text("a name", text -> !text.isBlank() && text.chars().noneMatch(Character::isISOControl), null);
    private static final Shape ROLE = Shape.choice("viewer", "operator", "approver", "admin");

    private static final Fields TOKEN = Fields.of(
            "AccessToken",
            required("name", PERSON, "Who it is, as the journal shows it."),
            required("role", ROLE, "What whoever brings it may do."),
            required(
                    "file",
                    FILE,
                    "Where the token is: one line, 20 characters at least. It is read anew each time, so a new one counts"
                            + " at once."),
            optional(
                            "environments",
                            new Elements(OurKinds.NAME),
                            "The environments where it counts; all of them when there is none.")
                    .orElse("[]"));

    private static final Fields GRANT = Fields.of(
            "AccessGrant",
            required("role", ROLE, "What they may do; of several that apply, the most powerful counts."),
            optional(
                    "claim",
                    Shape.TEXT,
                    "Of the id token; `a.b` is `b` within `a`. Without it: everybody who logs in."),
            optional("value", Shape.TEXT, "What the claim has to be, or, of a list, to hold. Without it: `true`."),
            optional(
                            "environments",
                            new Elements(OurKinds.NAME),
                            "The environments where it counts; all of them when there is none.")
                    .orElse("[]"));

    private static final Fields OIDC = Fields.of(
            "OpenIdConnect",
            required(
                    "issuer",
                    ADDRESS,
                    "The provider, exactly as it calls itself. Its `/.well-known/openid-configuration` says the rest."),
            required("clientId", Shape.TEXT, "What the provider calls this console."),
            optional("clientSecretFile", FILE, "Where the secret that goes with it is. Without it: a public client."),
            optional("scopes", new Elements(Shape.TEXT), "What is asked for.")
                    .orElse("[\"openid\", \"profile\", \"email\"]"),
            optional(
                            "nameClaim",
                            Shape.TEXT,
                            "The claim that the journal calls people by. It should be one that people cannot choose"
                                    + " themselves.")
                    .orElse("\"preferred_username\""),
            optional("title", PERSON, "What the button on the login page says.").orElse("\"Single sign-on\""),
            optional("roles", new Elements(GRANT), "Who may do what. Whoever gets no role is not let in.")
                    .orElse("[]"));

    static final Fields ACCESS = OurKinds.kind(
            "Access",
            "Who may use an agent's console and API besides its owner: a file beside the agent (`homeostat agent --access"
                    + " FILE`), not in Git.",
            Fields.of(
                    "AccessSpec",
                    optional(
                            "address",
                            ADDRESS,
                            "Where browsers find the console, with the path prefix that a reverse proxy takes off. Without"
                                    + " it: where the agent listens."),
                    optional(
                                    "proxies",
                                    new Elements(IP),
                                    "Reverse proxies whose `X-Forwarded-For` says who calls; it is what the limits on"
                                            + " requests count by.")
                            .orElse("[]"),
                    optional("tokens", new Elements(TOKEN), "Tokens with a role of their own, for programs.")
                            .orElse("[]"),
                    optional("oidc", OIDC, "A provider of OpenID Connect that people log in at.")));

    static final List<Fields> ALL = List.of(ACCESS);

    private AccessKind() {}

    /** What is not encrypted stays on the machine. */
    private static boolean isSafeUrl(String text) {
        try {
            URI uri = new URI(text);
            boolean loopback = uri.getHost() != null
                    && (uri.getHost().equals("localhost")
                            || uri.getHost().startsWith("127.")
                            || uri.getHost().equals("[::1]"));
            return uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null
                    && uri.getUserInfo() == null
                    && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && loopback));
        } catch (URISyntaxException wrong) {
            return false;
        }
    }

    private static boolean isIp(String text) {
        try {
            // A literal is never looked up.
            return text.matches("[0-9a-fA-F.:]+") && InetAddress.ofLiteral(text) != null;
        } catch (IllegalArgumentException wrong) {
            return false;
        }
    }
}
