package io.homeostat.gate.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Where the control socket of a gate's directory is. */
public final class ControlSocket {

    public static final String NAME = "control.sock";

    /** A request or an answer is at most this long, in bytes, its line feed included. */
    public static final int MAX_LINE = 4 << 20;

    /** What Linux takes for a socket's path is 108 bytes with the final zero. */
    private static final int LONGEST_PATH = 107;

    private ControlSocket() {}

    /**
     * The address to bind or connect to. Where the path is too long for the operating system, it goes through a short link in the
     * temporary directory; the socket itself is in the gate's directory all the same, and so are its permissions.
     */
    public static UnixDomainSocketAddress address(Path directory) throws IOException {
        Path real = directory.toRealPath();
        Path plain = real.resolve(NAME);
        if (plain.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH) {
            return UnixDomainSocketAddress.of(plain);
        }
        return UnixDomainSocketAddress.of(shortLink(real).resolve(NAME));
    }

    /** Removes the short link, where there is one: nobody serves the directory for now. */
    static void forget(Path directory) throws IOException {
        Path real = directory.toRealPath();
        Path links = links(real);
        if (Files.isDirectory(links, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(links.resolve(digest(real.toString())));
        }
    }

    private static Path links(Path real) throws IOException {
        return Path.of(System.getProperty("java.io.tmpdir"), "homeostat-" + Files.getAttribute(real, "unix:uid"));
    }

    private static Path shortLink(Path real) throws IOException {
        Path links = links(real);
        try {
            Files.createDirectory(
                    links, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            PosixFileAttributes found =
                    Files.readAttributes(links, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory()
                    || !found.owner().equals(Files.getOwner(real))
                    || !PosixFilePermissions.toString(found.permissions()).equals("rwx------")) {
                throw new IOException(
                        links + " must be a directory of yours with mode 0700, and is not. It is needed because " + real
                                + " is too long for a socket's path; remove it, or use a shorter state directory.");
            }
        }
        Path link = links.resolve(digest(real.toString()));
        if (!Files.isSymbolicLink(link)) {
            try {
                Files.createSymbolicLink(link, real);
            } catch (FileAlreadyExistsException e) {
                // Made by somebody at the same moment; its name says where it goes.
            }
        }
        return link;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
