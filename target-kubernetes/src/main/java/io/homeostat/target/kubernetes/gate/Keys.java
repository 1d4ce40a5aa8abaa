package io.homeostat.target.kubernetes.gate;

import io.homeostat.gate.control.Pinned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Certificates, and when one takes the place of another. Two who accept exactly each other's certificates ({@link Pinned}) may not
 * change them at a stroke: what the other is to accept has to reach it first. So a new one is made while the old one has a third of
 * its time left, is told to everybody at once, and is used when everybody must have it.
 */
final class Keys {

    /** How long a certificate is valid. */
    static final Duration VALID = Duration.ofDays(90);

    /** A kubelet brings a changed Secret to its pods within two minutes. */
    static final Duration KNOWN_AFTER = Duration.ofMinutes(10);

    /** Clocks may differ by so much. */
    private static final Duration EARLIER = Duration.ofDays(1);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Keys() {}

    /**
     * A certificate and its key.
     *
     * @param made when
     * @param certificate PEM
     * @param key PKCS #8 in PEM; not for any output
     */
    record Pair(Instant made, Instant until, String certificate, String key) {
        @Override
        public String toString() {
            return "Pair[made=" + made + ", until=" + until + "]";
        }
    }

    /** @throws IOException when that is no certificate */
    static Pair read(String certificate, String key) throws IOException {
        try {
            List<X509Certificate> found = Pinned.certificates(certificate);
            if (found.isEmpty() || key.isEmpty()) {
                throw new IOException("there is no certificate with its key");
            }
            X509Certificate first = found.getFirst();
            return new Pair(
                    first.getNotBefore().toInstant().plus(EARLIER),
                    first.getNotAfter().toInstant(),
                    certificate,
                    key);
        } catch (GeneralSecurityException damaged) {
            throw new IOException("that is no certificate: " + damaged.getMessage(), damaged);
        }
    }

    /** Whether another one is to be made. */
    static boolean isDue(List<Pair> pairs, Instant now) {
        return pairs.stream().noneMatch(pair -> now.plus(VALID.dividedBy(3)).isBefore(pair.until()));
    }

    /** Those that may still be met, oldest first. */
    static List<Pair> valid(List<Pair> pairs, Instant now) {
        return pairs.stream()
                .filter(pair -> now.isBefore(pair.until()))
                .sorted(Comparator.comparing(Pair::made))
                .toList();
    }

    /** The one to be used: the newest that everybody must know by now, or else the oldest; null when there is none. */
    static @Nullable Pair used(List<Pair> pairs, Instant now) {
        List<Pair> valid = valid(pairs, now);
        for (Pair pair : valid.reversed()) {
            if (!now.isBefore(pair.made().plus(KNOWN_AFTER))) {
                return pair;
            }
        }
        return valid.isEmpty() ? null : valid.getFirst();
    }

    /**
     * A new one, signed by itself, of an elliptic curve; made by the {@code keytool} that every Java has.
     *
     * @param name for people who look at it
     */
    static Pair make(String name) throws IOException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path directory = Files.createTempDirectory("homeostat-keys");
        Path store = directory.resolve("own.p12");
        try {
            keytool(store, name, password);
            KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
            Key key = keys.getKey("own", password.toCharArray());
            return read(
                    pem("CERTIFICATE", keys.getCertificate("own").getEncoded()), pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException unusable) {
            throw new IOException("keytool made no certificate that can be used: " + unusable.getMessage(), unusable);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(directory);
        }
    }

    private static void keytool(Path store, String name, String password) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-Xmx48m",
                "-genkeypair",
                "-alias",
                "own",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name.replaceAll("[^A-Za-z0-9./-]", "_"),
                "-startdate",
                "-" + EARLIER.toDays() + "d",
                "-validity",
                Long.toString(VALID.plus(EARLIER).toDays()),
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass:env",
                "STORE_PASSWORD");
        builder.environment().put("STORE_PASSWORD", password);
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool could not make a certificate; is it in this Java's bin directory?");
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("stopped while keytool made a certificate", stopped);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what + "-----\n";
    }
}
