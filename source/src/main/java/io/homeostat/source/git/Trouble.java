package io.homeostat.source.git;

import io.homeostat.source.Credentials;
import io.homeostat.source.Location;
import io.homeostat.source.SourceSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * From what JGit throws to what a person can use: what happened and what to do. JGit says most of it only in its messages, so
 * that these are what is looked at; a message that is not known here is passed on as it is.
 */
final class Trouble {
    private static final String AGAIN = "it is tried again by itself";
    private static final Pattern STATUS = Pattern.compile(": ([45][0-9]{2}) ");

    private final SourceSpec spec;
    private final String where;
    private final IOException failed;
    private final List<Throwable> causes = new ArrayList<>();
    private final String said;

    private Trouble(IOException failed, SourceSpec spec) {
        this.failed = failed;
        this.spec = spec;
        this.where = spec.location().text();
        StringBuilder messages = new StringBuilder();
        for (Throwable each = failed; each != null && causes.size() < 10; each = each.getCause()) {
            causes.add(each);
            messages.append(each.getMessage()).append('\n');
        }
        this.said = messages.toString();
    }

    /** @param seen what the ssh layer knows of the reason and JGit does not pass on */
    static Refusal of(IOException failed, SourceSpec spec, @Nullable Refusal seen) {
        if (failed instanceof Refusal known) {
            return known;
        }
        Trouble trouble = new Trouble(failed, spec);
        if (isDiskFull(failed)) {
            return trouble.diskFull();
        }
        return seen != null ? new Refusal(String.valueOf(seen.getMessage()), seen.todo(), failed) : trouble.explained();
    }

    static boolean isDiskFull(IOException failed) {
        for (Throwable each = failed; each != null; each = each.getCause()) {
            String said = String.valueOf(each.getMessage());
            if (said.contains("No space left on device") || said.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    private Refusal diskFull() {
        return because(
                "the disk is full: what was brought from " + where + " could not be kept (" + failed.getMessage() + ")",
                "free some space; " + AGAIN);
    }

    private Refusal explained() {
        if (has(Mirror.Damaged.class)) {
            return because(
                    "the mirror of " + where + " is damaged and could not be built again (" + last() + ")",
                    "check the disk below the state directory; " + AGAIN);
        }
        if (spec.location() instanceof Location.Local || spec.location() instanceof Location.Plain) {
            return local();
        }
        if (has(UnknownHostException.class) || has(UnresolvedAddressException.class)) {
            return because("the host of " + where + " is not known here", "check its name and the network; " + AGAIN);
        }
        if (has(SSLException.class)) {
            return because(
                    "no secure connection to " + where + " (" + last() + ")",
                    "check its certificate, or let the agent's Java trust the authority that signed it"
                            + " (-Djavax.net.ssl.trustStore=…)");
        }
        if (says("cannot log in at") || says("no more authentication methods available")) {
            return sshLogin();
        }
        if (says("not authorized") || says("authentication is required") || says("authentication not supported")) {
            return unauthorized();
        }
        if (says(" not permitted on ")) {
            return because(
                    where + " answers 403: whom we show ourselves as may not read it" + writeToo(),
                    "give that user or token access to the repository (to read, and to write for write-back)");
        }
        if (has(NoRemoteRepositoryException.class) || says("does not appear to be a git repository")) {
            return because(
                    "there is no repository at " + where + ", or those credentials may not see it (404)",
                    "check the location" + (isAnonymous() ? ", or give credentials" : " and the credentials"));
        }
        return connection();
    }

    private Refusal connection() {
        Matcher status = STATUS.matcher(said);
        if (status.find()) {
            return because(where + " answers " + status.group(1) + ": " + first(), AGAIN);
        }
        if (has(ConnectException.class) || says("connection refused")) {
            return because("nothing answers at " + where + " (" + last() + ")", "check that it runs; " + AGAIN);
        }
        if (has(NoRouteToHostException.class) || says("network is unreachable")) {
            return because("there is no way to " + where + " (" + last() + ")", "check the network; " + AGAIN);
        }
        if (has(InterruptedIOException.class) || says("timed out") || says("time out") || says("timeout")) {
            return because(where + " was silent for " + spec.timeout().toSeconds() + " s", AGAIN);
        }
        if (has(SocketException.class) || says("connection reset") || says("closed connection")) {
            return because("the connection to " + where + " broke (" + last() + ")", AGAIN);
        }
        if (has(NotSupportedException.class)) {
            return because(where + " speaks no protocol that we know (" + first() + ")", "use smart HTTP or ssh");
        }
        if (has(TransportException.class) || has(CorruptObjectException.class) || has(MissingObjectException.class)) {
            return because(
                    "what " + where + " sent is damaged or not whole (" + last() + "); none of it was kept",
                    AGAIN + "; if it stays, run git fsck there");
        }
        return because(where + " could not be read (" + first() + ")", AGAIN);
    }

    private Refusal local() {
        if (has(AccessDeniedException.class) || says("permission denied")) {
            return because(where + " may not be read (" + last() + ")", "let the agent's user read it; " + AGAIN);
        }
        if (has(MissingObjectException.class) || has(CorruptObjectException.class)) {
            return because(where + " is damaged (" + first() + ")", "run git fsck in it and restore what is missing");
        }
        return because(where + " could not be read (" + first() + ")", AGAIN);
    }

    private Refusal sshLogin() {
        return because(
                where + " refuses our ssh key" + (isAnonymous() ? "s of ~/.ssh" : "") + " (publickey)",
                "add the public key to the repository's deploy keys, or give the right key file and user name");
    }

    private Refusal unauthorized() {
        return isAnonymous()
                ? because(
                        where + " wants credentials (401) and none are given", "give a token, or a user and a password")
                : because(
                        where + " does not accept the given credentials (401)",
                        "check whether the token or password is mistyped, expired or revoked");
    }

    private String writeToo() {
        return says("receive-pack") ? " and write to it" : "";
    }

    private boolean isAnonymous() {
        return spec.credentials() instanceof Credentials.None;
    }

    private boolean has(Class<? extends Throwable> kind) {
        return causes.stream().anyMatch(kind::isInstance);
    }

    private boolean says(String text) {
        return said.toLowerCase(Locale.ROOT).contains(text);
    }

    private String first() {
        return String.valueOf(failed.getMessage());
    }

    private String last() {
        Throwable last = causes.getLast();
        String message = last.getMessage();
        return message == null ? last.getClass().getSimpleName() : message;
    }

    private Refusal because(String what, String todo) {
        return new Refusal(what, todo, failed);
    }
}
