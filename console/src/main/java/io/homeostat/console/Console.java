package io.homeostat.console;

import io.homeostat.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which address is which page. */
public final class Console {

    /**
     * What may be loaded and where from, for every answer of the console. Nothing from elsewhere, nothing inline, in no frame.
     */
    public static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=()");

    private static final Map<String, String> ASSETS = Map.of(
            "console.css", "text/css; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "mark.svg", "image/svg+xml");

    private Console() {}

    /** @throws IOException when the API failed; its refusals are pages of their own */
    public static Page page(Visit visit) throws IOException {
        try {
            return open(visit);
        } catch (Refused refused) {
            return problem(visit, refused);
        }
    }

    private static Page open(Visit visit) throws IOException, Refused {
        String path = visit.path();
        int slash = path.indexOf('/', 1);
        String name = slash < 0 ? "" : URLDecoder.decode(path.substring(slash + 1), StandardCharsets.UTF_8);
        return switch (slash < 0 ? path : path.substring(0, slash + 1)) {
            case "/" -> HomePage.of(visit);
            case "/applications" -> ApplicationsPage.of(visit);
            case "/applications/" -> ApplicationPage.of(visit, name);
            case "/rollouts" -> RolloutsPage.all(visit);
            case "/rollouts/" -> RolloutsPage.one(visit, name);
            case "/objectives" -> ObjectivesPage.all(visit);
            case "/objectives/" -> ObjectivesPage.one(visit, name);
            case "/chaos" -> ChaosPage.of(visit);
            case "/chaos/" -> ExperimentPage.of(visit, name);
            case "/perimeters" -> PerimetersPage.all(visit);
            case "/timeline" -> TimelinePage.of(visit);
            case "/logs" -> LogsPage.of(visit);
            case "/search" -> SearchPage.of(visit);
            default -> throw new Refused(404, "There is no page " + path + ".", "The way home is at the top.");
        };
    }

    /** What went wrong, and what to do, in place of a page. */
    public static Page problem(Visit visit, Refused refused) {
        String title = refused.status() == 404 ? "Not here" : "That did not work";
        return new Page(refused.status(), Frame.page(visit, title, "", html -> {
            html.with("h1", title);
            html.open("section", "class", "panel");
            html.with("p", String.valueOf(refused.getMessage()), "class", "answer");
            html.with("p", refused.suggestion(), "class", "small");
            html.close();
        }));
    }

    /** The media type of a file beside the pages; null when there is none of that name. */
    public static @Nullable String type(String asset) {
        return ASSETS.get(asset);
    }

    /**
     * A file beside the pages.
     *
     * @param asset one that has a {@link #type}
     */
    public static byte[] asset(String asset) throws IOException {
        try (InputStream in = Console.class.getResourceAsStream(asset)) {
            if (in == null) {
                throw new IOException(asset + " is missing in this build of homeostat");
            }
            return in.readAllBytes();
        }
    }

    /** Whether an answer of the API says no; for those who turn it into {@link Refused}. */
    public static Refused refused(int status, Node.Mapping problem) {
        return new Refused(status, problem.text("detail", "homeostat failed"), problem.text("suggestion", ""));
    }
}
