package io.homeostat.source.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit to itself: left alone it runs {@code git}, {@code sh} and, for three seconds, a loop that measures the clock of the
 * file system; and it obeys whatever stands in the user's and the system's Git configuration, which would make what we converge
 * depend on who started the agent.
 */
final class Hermetic extends SystemReader.Delegate {
    private static final int MEGABYTE = 1 << 20;

    /** Coarser than the clock of any file system on Linux, so that a change within one tick is never overlooked. */
    private static final long FILE_CLOCK_MILLIS = 10;

    private Hermetic(SystemReader system) {
        super(system);
    }

    /** Runs once per process, before the first use of JGit. */
    static void install() {
        Once.done();
    }

    private static final class Once {
        static {
            SystemReader.setInstance(new Hermetic(SystemReader.getInstance()));
            FS.DETECTED.setGitSystemConfig(null);
            if (FS.DETECTED instanceof FS_POSIX posix) {
                posix.setUmask(umask());
            }
            WindowCacheConfig cache = new WindowCacheConfig();
            cache.setPackedGitLimit(8L * MEGABYTE);
            cache.setDeltaBaseCacheLimit(4 * MEGABYTE);
            cache.setStreamFileThreshold(8 * MEGABYTE);
            cache.setExposeStatsViaJmx(false);
            cache.install();
        }

        static void done() {}
    }

    private static int umask() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Umask:")) {
                    return Integer.parseInt(line.substring("Umask:".length()).strip(), 8);
                }
            }
        } catch (IOException | NumberFormatException notLinux) {
            // The usual one, below.
        }
        return 0022;
    }

    @Override
    public @Nullable String getenv(String variable) {
        return variable.startsWith("GIT_") || variable.startsWith("XDG_") || variable.equals("HOME")
                ? null
                : super.getenv(variable);
    }

    /** The real one may ask a name server, and wait for it. */
    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Nothing(parent, fs);
    }

    /** A configuration without a file, which only knows the clock of the file system. */
    private static final class Nothing extends FileBasedConfig {
        @SuppressWarnings("NullAway") // JGit's own readers pass null for "there is no file"
        Nothing(Config parent, FS fs) {
            super(parent, null, fs);
        }

        @Override
        public void load() {}

        @Override
        public void save() {}

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals("filesystem")
                    ? unit.convert(FILE_CLOCK_MILLIS, TimeUnit.MILLISECONDS)
                    : super.getTimeUnit(section, subsection, name, otherwise, unit);
        }
    }
}
