package io.homeostat.target.local.image;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Unpacks an archive of whichever kind it is: told by its first bytes, not by its name. */
final class Archives {
    private static final int BLOCK = 64 << 10;

    private Archives() {}

    /**
     * @param into must be absent
     * @param name how messages call it
     */
    static void unpack(Path archive, Path into, String name, UnpackLimits limits) throws IOException {
        Unpacking unpacking = new Unpacking(into, name, limits);
        byte[] head;
        try (InputStream in = Files.newInputStream(archive)) {
            head = in.readNBytes(Tar.RECORD);
        }
        try {
            if (starts(head, 0x1f, 0x8b)) {
                try (InputStream in = new GZIPInputStream(Files.newInputStream(archive), BLOCK)) {
                    Tar.unpack(new BufferedInputStream(in, BLOCK), unpacking);
                }
            } else if (starts(head, 'P', 'K')) {
                Zip.unpack(archive, unpacking);
            } else if (Tar.isHeader(head)) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), BLOCK)) {
                    Tar.unpack(in, unpacking);
                }
            } else {
                throw unpacking.refused("it is neither tar, nor tar.gz, nor zip");
            }
        } catch (ZipException damaged) {
            throw unpacking.refused("it is damaged (" + damaged.getMessage() + ")");
        } catch (EOFException cut) {
            throw unpacking.refused("it is cut off");
        }
        unpacking.finish();
    }

    private static boolean starts(byte[] head, int first, int second) {
        return head.length > 1 && (head[0] & 0xFF) == first && (head[1] & 0xFF) == second;
    }
}
