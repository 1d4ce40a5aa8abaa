package io.homeostat.target.local.subset;

import io.homeostat.model.Environment;
import io.homeostat.model.Environment.ImageSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which of {@code Environment.spec.images} an ordinary image name means. */
public final class ImageNames {

    /** {@code images.homeostat.io/CONTAINER} in a pod template: what the container's image was resolved to. */
    public static final String ANNOTATION = "images.homeostat.io/";

    private ImageNames() {}

    /** Name of the annotation for a container. */
    public static String annotation(String container) {
        return ANNOTATION + container;
    }

    /** The mapping for an image: under its full name, or else without digest, without tag, or that of {@link Environment#ANY_IMAGE}. */
    public static @Nullable ImageSource find(Map<String, ImageSource> images, String image) {
        String name = image;
        while (true) {
            ImageSource found = images.get(name);
            if (found != null) {
                return found;
            }
            String shorter = shorten(name);
            if (shorter.equals(name)) {
                return images.get(Environment.ANY_IMAGE);
            }
            name = shorter;
        }
    }

    /** {@code shop/web: dir:services/web}: the line that would map an image. */
    public static String exampleLine(String image) {
        String name = shorten(shorten(image));
        return name + ": dir:services/" + name.substring(name.lastIndexOf('/') + 1);
    }

    private static String shorten(String image) {
        int digest = image.indexOf('@');
        if (digest >= 0) {
            return image.substring(0, digest);
        }
        int tag = image.lastIndexOf(':');
        return tag > image.lastIndexOf('/') ? image.substring(0, tag) : image;
    }

    /**
     * Where a container's programs are, as the annotation of a completed template says it.
     */
    public sealed interface Resolved {

        /** @param contentId of the directory's content */
        record Directory(String path, String contentId) implements Resolved {
            @Override
            public String toString() {
                return "dir:" + path + "@" + contentId;
            }
        }

        record Archive(String url, String sha256) implements Resolved {
            @Override
            public String toString() {
                return "archive:" + url + "#sha256=" + sha256;
            }
        }

        record Host() implements Resolved {
            @Override
            public String toString() {
                return "host";
            }
        }

        /** Reads what {@link #toString} wrote; null when it is something else. */
        static @Nullable Resolved parse(@Nullable String text) {
            if (text == null) {
                return null;
            }
            if (text.equals("host")) {
                return new Host();
            }
            int at = text.lastIndexOf('@');
            if (text.startsWith("dir:") && at > 0) {
                return new Directory(text.substring(4, at), text.substring(at + 1));
            }
            int hash = text.lastIndexOf("#sha256=");
            if (text.startsWith("archive:") && hash > 0) {
                return new Archive(text.substring(8, hash), text.substring(hash + 8));
            }
            return null;
        }
    }
}
