package io.homeostat.signal.notify;

import io.homeostat.journal.Event;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.model.slo.Notifier;
import io.homeostat.model.slo.SecretKey;
import io.homeostat.signal.source.Http;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serial;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Sends one message once. What it says of a failure never has a URL or a key in it: those are secrets. */
final class Channels {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Function<SecretKey, @Nullable String> secrets;
    private final PrintStream out;

    Channels(Function<SecretKey, @Nullable String> secrets, PrintStream out) {
        this.secrets = secrets;
        this.out = out;
    }

    /** Trying again is in vain. */
    static final class Refused extends IOException {
        @Serial
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    void send(Notifier.Channel channel, Event event, String environment, int more) throws IOException {
        switch (channel) {
            case Notifier.Stdout ignored -> {
                synchronized (out) {
                    out.println(Json.write(Bodies.plain(event, environment, more)));
                    out.flush();
                }
            }
            case Notifier.Slack slack -> post(secret(slack.url()), Bodies.slack(event, environment, more), null);
            case Notifier.Teams teams -> post(secret(teams.url()), Bodies.teams(event, environment, more), null);
            case Notifier.Webhook webhook -> {
                SecretKey from = webhook.urlFrom();
                String url = from == null ? webhook.url() : secret(from);
                SecretKey key = webhook.signWith();
                post(url == null ? "" : url, Bodies.plain(event, environment, more), key == null ? null : secret(key));
            }
        }
    }

    private void post(String url, Node.Mapping message, @Nullable String key) throws IOException {
        byte[] body = Json.bytes(message);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json; charset=utf-8");
        headers.put("User-Agent", "homeostat");
        if (key != null) {
            headers.put("X-Signature", "sha256=" + signature(body, key));
        }
        URI uri;
        try {
            uri = URI.create(url.strip());
        } catch (IllegalArgumentException wrong) {
            throw new Refused("its URL is none");
        }
        int status = Http.request(uri, headers, body, TIMEOUT).status();
        if (status == 429 || status >= 500) {
            throw new IOException("it answered with status " + status);
        } else if (status >= 300) {
            throw new Refused("it answered with status " + status);
        }
    }

    private String secret(SecretKey key) throws IOException {
        String value = secrets.apply(key);
        if (value == null) {
            throw new IOException("there is no " + key + " among the documents of the environment");
        }
        return value.strip();
    }

    /** HMAC-SHA-256 in hex. */
    static String signature(byte[] body, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }
}
