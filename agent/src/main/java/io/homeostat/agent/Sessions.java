package io.homeostat.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in to the console. A session is a signed cookie and nothing on our side, so it outlives the agent; it ends after
 * {@link #LENGTH}, and all of them end with the token that the key is made of. Safe for use by many threads.
 */
final class Sessions {

    static final Duration LENGTH = Duration.ofHours(12);

    /** How long an address that logs one in is good for; it is good once. */
    static final Duration CODE = Duration.ofMinutes(15);

    /** Forms that were sent are remembered for as long as a session lasts, and not more than so many. */
    private static final int REMEMBERED = 10_000;

    /** @param id differs for each session; what its forms prove themselves with is made of it */
    record Session(Person person, Instant until, String id) {}

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final String token;
    private final Map<String, Instant> codes = new HashMap<>();
    private final Map<String, Boolean> spent = new LinkedHashMap<>();
    private final Map<String, Instant> ended = new HashMap<>();
    private volatile @Nullable Keys keys;

    /** Made of the token when somebody first looks, as an agent has better things to do when it starts. */
    private static final class Keys {
        private final byte[] key;
        private final String cookie;

        private Keys(String token) {
            key = sign(token.getBytes(StandardCharsets.UTF_8), "console");
            // Cookies know no ports: two agents of one machine must not take each other's.
            cookie = "homeostat-" + HexFormat.of().formatHex(sign(key, "cookie"), 0, 4);
        }
    }

    /** @param token and whatever else ends all sessions when it changes */
    Sessions(String token, InstantSource clock) {
        this.clock = clock;
        this.token = token;
    }

    private Keys keys() {
        Keys made = keys;
        if (made == null) {
            made = new Keys(token);
            keys = made;
        }
        return made;
    }

    String cookie() {
        return keys().cookie;
    }

    /** The value of a new session's cookie. */
    String begin(Person person) {
        String content = String.join(
                "\n",
                person.name().replace('\n', ' '),
                person.role().name(),
                clock.instant().plus(LENGTH).toString(),
                fresh());
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return base64(bytes) + "." + base64(sign(keys().key, content));
    }

    /** Whose cookie this is; null when it is nobody's, or is over. */
    @Nullable
    Session of(@Nullable String value) {
        int dot = value == null ? -1 : value.indexOf('.');
        if (value == null || dot < 0) {
            return null;
        }
        try {
            byte[] content = Base64.getUrlDecoder().decode(value.substring(0, dot));
            byte[] signature = Base64.getUrlDecoder().decode(value.substring(dot + 1));
            String text = new String(content, StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(signature, sign(keys().key, text))) {
                return null;
            }
            String[] parts = text.split("\n", -1);
            Session session =
                    new Session(new Person(parts[0], Role.valueOf(parts[1])), Instant.parse(parts[2]), parts[3]);
            return session.until().isAfter(clock.instant()) && !isEnded(session) ? session : null;
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    /** Whoever kept a copy of the cookie of somebody who logged out comes in with it no more, as long as this agent runs. */
    synchronized void end(Session session) {
        Instant now = clock.instant();
        ended.values().removeIf(until -> until.isBefore(now));
        ended.put(session.id(), session.until());
    }

    private synchronized boolean isEnded(Session session) {
        return ended.containsKey(session.id());
    }

    /**
     * Goes into the forms of this session's pages.
     *
     * @param head what the page showed: number of the newest event
     */
    String proof(Session session, long head) {
        return head + "." + proofOf(session, Long.toString(head));
    }

    /** Whether a form comes from a page that this session was shown. */
    boolean proves(Session session, @Nullable String proof) {
        int dot = proof == null ? -1 : proof.indexOf('.');
        return proof != null
                && dot > 0
                && MessageDigest.isEqual(
                        proofOf(session, proof.substring(0, dot)).getBytes(StandardCharsets.UTF_8),
                        proof.substring(dot + 1).getBytes(StandardCharsets.UTF_8));
    }

    private String proofOf(Session session, String head) {
        return HexFormat.of().formatHex(sign(keys().key, session.id() + "\n" + head), 0, 16);
    }

    /** Whether this comes for the first time: a form sent twice acts once. What acts is an event, so the next page differs. */
    synchronized boolean spend(Session session, String form) {
        if (spent.size() >= REMEMBERED) {
            spent.remove(spent.keySet().iterator().next());
        }
        return spent.putIfAbsent(session.id() + "\n" + form, true) == null;
    }

    /** Logs in whoever comes with it first. */
    synchronized String code() {
        Instant now = clock.instant();
        codes.values().removeIf(until -> until.isBefore(now));
        String code = fresh();
        codes.put(code, now.plus(CODE));
        return code;
    }

    synchronized boolean redeem(String code) {
        Instant until = codes.remove(code);
        return until != null && until.isAfter(clock.instant());
    }

    private String fresh() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] sign(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException none) {
            throw new IllegalStateException("every JDK has HmacSHA256", none);
        }
    }
}
