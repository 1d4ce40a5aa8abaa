package io.homeostat.target.local.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The kernel's clock, which nobody sets: hundredths of a second since the boot, time asleep included. */
final class Uptime {

    private static final Path FILE = Path.of("/proc/uptime");

    private Uptime() {}

    static long now() throws IOException {
        String text = Files.readString(FILE);
        String seconds = text.substring(0, text.indexOf(' '));
        int point = seconds.indexOf('.');
        return Long.parseLong(seconds.substring(0, point)) * 100 + Long.parseLong(seconds.substring(point + 1));
    }

    static long in(Duration length) throws IOException {
        return now() + Math.max(0, length.toMillis() / 10);
    }
}
