package io.homeostat.console;

import org.jspecify.annotations.Nullable;

/** Who are you? For those who come without a session. */
public final class LoginPage {

    private LoginPage() {}

    /**
     * @param root from this page to the console's root
     * @param problem what was wrong with the last try; null at first
     * @param provider what the button for single sign-on says; null when there is none
     */
    public static Page of(String root, @Nullable String problem, @Nullable String provider) {
        Html html = new Html();
        Frame.head(html, root, "Log in", "");
        html.open("body", "class", "login", "data-root", root).open("main", "id", "content");
        html.open("section", "class", "panel");
        html.alone("img", "src", root + "assets/mark.svg", "alt", "", "width", "44", "height", "44");
        html.with("h1", "homeostat");
        if (problem != null) {
            html.with("p", problem, "class", "problem", "role", "alert");
        }
        if (provider != null) {
            html.open("p")
                    .with("a", provider, "class", "button sure", "href", root + "login/oidc")
                    .close();
        }
        html.open("form", "method", "post", "action", root + "login");
        html.open("label").text("Token");
        html.alone("input", "type", "password", "name", "token", "required", "", "autocomplete", "current-password");
        html.close();
        html.with("button", "Log in", "class", "button sure").close();
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
}
