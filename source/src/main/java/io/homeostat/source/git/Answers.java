package io.homeostat.source.git;

import io.homeostat.source.Credentials;
import io.homeostat.source.SourceException;
import org.eclipse.jgit.transport.CredentialItem;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/**
 * What JGit is told when it asks. The password goes to the host of the location and to no other, wherever a redirect leads; and
 * every question whether to trust somebody is answered with no.
 */
final class Answers extends CredentialsProvider {
    /** Hosts take any user name beside a token, except Bitbucket, which wants this one. */
    private static final String BITBUCKET_USER = "x-token-auth";

    private final String host;
    private final @Nullable String user;
    private final @Nullable String password;

    private Answers(String host, @Nullable String user, @Nullable String password) {
        this.host = host;
        this.user = user;
        this.password = password;
    }

    static Answers of(Credentials credentials, URIish uri) throws SourceException {
        String host = uri.getHost();
        return switch (credentials) {
            case Credentials.None(), Credentials.Ssh _ -> new Answers(host, null, null);
            case Credentials.UserPassword(String user, var secret) -> new Answers(host, user, secret.reveal());
            case Credentials.Token(var token) ->
                new Answers(host, host.endsWith("bitbucket.org") ? BITBUCKET_USER : "git", token.reveal());
        };
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public boolean supports(CredentialItem... items) {
        return true;
    }

    @Override
    public boolean get(URIish uri, CredentialItem... items) {
        boolean answered = true;
        for (CredentialItem item : items) {
            answered &= answer(uri, item);
        }
        return answered;
    }

    private boolean answer(URIish uri, CredentialItem item) {
        if (item instanceof CredentialItem.YesNoType question) {
            question.setValue(false);
            return true;
        }
        if (item instanceof CredentialItem.InformationalMessage) {
            return true;
        }
        if (!host.equals(uri.getHost())) {
            return false;
        }
        if (item instanceof CredentialItem.Username name && user != null) {
            name.setValue(user);
            return true;
        }
        if (item instanceof CredentialItem.Password secret && password != null) {
            secret.setValue(password.toCharArray());
            return true;
        }
        return false;
    }

    @Override
    public String toString() {
        return "answers for " + host;
    }
}
