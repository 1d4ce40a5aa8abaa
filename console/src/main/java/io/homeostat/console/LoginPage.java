package io.homeostat.console;

import org.jspecify.annotations.Nullable;

/** Who are you? For those who come without a session. */
public final class LoginPage {

    private LoginPage() {}

    /**
     * @param root from this page to the console's root
     * @param problem what was wrong with the last try; null at first
     * @param to the page that was wanted, below the root; empty for home
     * @param provider what the button for single sign-on says; null when there is none
     * @param left whether somebody has just logged out
     */
    public record Door(
            String root,
            @Nullable String problem,
            String to,
            @Nullable String provider,
            boolean left) {}

    public static Page of(Door door) {
        String root = door.root();
        String problem = door.problem();
        String to = door.to().isEmpty() ? "" : "?to=" + Links.segment(door.to());
        Html html = new Html();
        Frame.head(html, root, "Log in", "");
        html.open("body", "class", "login", "data-root", root).open("main", "id", "content");
        html.open("section", "class", "panel");
        html.alone("img", "src", root + "assets/mark.svg", "alt", "", "width", "44", "height", "44");
        html.with("h1", "homeostat");
        if (problem != null) {
            html.with("p", problem, "class", "problem", "role", "alert");
        }
        if (door.left()) {
            html.with("p", "You are logged out.", "role", "status");
        }
        if (door.provider() != null) {
            html.with("a", door.provider(), "class", "button sure", "href", root + "login/oidc" + to);
            if (door.left()) {
                html.with("a", "Log out there too", "class", "small", "href", root + "login/oidc/out");
            }
        }
        html.open("form", "method", "post", "action", root + "login" + to);
        html.open("label").text("Token");
        html.alone("input", "type", "password", "name", "token", "required", "", "autocomplete", "current-password");
        html.close();
        html.with("button", "Log in", "class", door.provider() == null ? "button sure" : "button")
                .close();
        html.open("p", "class", "small")
                .text("On the agent's machine ")
                .with("code", "homeostat console")
                .text(" prints an address that logs you in. The token is in ")
                .with("code", "agent.json")
                .text(" of the state directory.")
                .close();
        html.end();
        return new Page(problem == null ? 200 : 401, "<!doctype html>" + html);
    }

    /** Asks the same address again, this time from a page of ours. */
    public static Page onward(String root, String address) {
        Html html = new Html();
        html.open("html", "lang", "en").open("head");
        html.alone("meta", "charset", "utf-8");
        html.alone("meta", "http-equiv", "refresh", "content", "0; url=" + address);
        html.with("title", "homeostat");
        html.alone("link", "rel", "stylesheet", "href", root + "assets/console.css");
        html.close().open("body", "class", "login").open("main");
        html.with("a", "Go on", "href", address);
        html.end();
        return new Page(200, "<!doctype html>" + html);
    }
}
