package io.homeostat.model.internal.view;

import io.homeostat.model.Environment.ImageSource;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code dir:PATH}, {@code archive:URL#sha256=HEX}, {@code host}. */
public final class ImageSources {
    public static final String FORM = "'dir:PATH', 'archive:URL#sha256=HEX' or 'host'";

    private static final String DIRECTORY = "dir:";
    private static final String ARCHIVE = "archive:";
    private static final String DIGEST = "#sha256=";

    private ImageSources() {}

    public static @Nullable ImageSource read(String text, Position at, List<Problem> problems) {
        if (text.equals("host")) {
            return new ImageSource.Host();
        }
        if (text.startsWith(DIRECTORY)) {
            String path = RepositoryPath.resolve(RepositoryPath.ROOT, text.substring(DIRECTORY.length()));
            if (path == null) {
                problems.add(Problem.error(at, "path-outside", "'" + text + "' leaves the repository")
                        .expecting("a directory relative to the repository's root"));
                return null;
            }
            return new ImageSource.Directory(path);
        }
        if (text.startsWith(ARCHIVE)) {
            return archive(text.substring(ARCHIVE.length()), at, problems);
        }
        problems.add(Problem.error(at, "bad-value", "'" + text + "' does not say where the image is found")
                .expecting(FORM));
        return null;
    }

    private static @Nullable ImageSource archive(String text, Position at, List<Problem> problems) {
        int mark = text.lastIndexOf(DIGEST);
        String digest = mark < 0 ? "" : text.substring(mark + DIGEST.length()).toLowerCase(Locale.ROOT);
        if (digest.length() != 64 || !isHex(digest)) {
            problems.add(Problem.error(at, "bad-value", "the archive has no digest to verify it by")
                    .expecting("'archive:URL#sha256=' and 64 hex digits")
                    .suggesting("take them from 'sha256sum FILE'"));
            return null;
        }
        String url = text.substring(0, mark);
        if (!url.startsWith("https://") && !url.startsWith("http://") && !url.startsWith("file:/")) {
            problems.add(Problem.error(at, "bad-value", "'" + url + "' is not a URL that can be fetched")
                    .expecting("one that starts with 'https://', 'http://' or 'file:/'"));
            return null;
        }
        return new ImageSource.Archive(url, digest);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }
}
