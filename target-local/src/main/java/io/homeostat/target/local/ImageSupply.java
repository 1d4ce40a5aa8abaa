package io.homeostat.target.local;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import io.homeostat.target.local.image.Images;
import io.homeostat.target.local.subset.ImageNames;
import io.homeostat.target.local.subset.ImageNames.Resolved;
import io.homeostat.target.local.subset.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings the images that an object names into the store before anything is started from them, and clears away what nothing has
 * used for a day.
 */
final class ImageSupply {

    /** So long a version that was rolled back, or is only paused, need not be downloaded again. */
    private static final Duration KEPT_UNUSED = Duration.ofHours(24);

    private final Images images;
    private final Map<String, Instant> unusedSince = new HashMap<>();
    /** Many may fetch and use at a time; whoever clears away is alone. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    ImageSupply(Images images) {
        this.images = images;
    }

    interface Use {
        /** @param ids by container, the id of its image; none for those that run what is on the machine */
        void of(Map<String, String> ids) throws IOException;
    }

    /**
     * Fetches the images of an object and hands them over; none of them is cleared away in between. May take long: an archive is
     * downloaded.
     *
     * @throws IOException the message is for the user
     */
    void with(ObjectKey key, Node.Mapping content, Snapshot snapshot, Use then) throws IOException {
        use.readLock().lock();
        try {
            then.of(fetch(key, content, snapshot));
        } finally {
            use.readLock().unlock();
        }
    }

    private Map<String, String> fetch(ObjectKey key, Node.Mapping content, Snapshot snapshot) throws IOException {
        Map<String, String> ids = new LinkedHashMap<>();
        Node.Mapping template = Templates.of(key, content);
        if (template == null) {
            return ids;
        }
        Node.Mapping annotations = template.mapping("metadata").mapping("annotations");
        for (Node.Mapping container : Templates.containers(template)) {
            String name = container.text("name", "");
            Resolved resolved = Resolved.parse(annotations.text(ImageNames.annotation(name)));
            Images.Image image = switch (resolved) {
                case Resolved.Directory directory -> images.directory(snapshot, directory.path());
                case Resolved.Archive archive -> images.archive(archive.url(), archive.sha256());
                case Resolved.Host _ -> null;
                case null ->
                    throw new IOException("the image '" + container.text("image", "") + "' of container '" + name
                            + "' in " + key + " is not mapped; add to Environment.spec.images: `"
                            + ImageNames.exampleLine(container.text("image", name)) + "`");
            };
            if (image != null) {
                ids.put(name, image.id());
            }
        }
        return ids;
    }

    /** Where an image's programs are; null when somebody deleted it. */
    @Nullable
    Path directory(String id) {
        Images.Image image = images.find(id);
        return image == null ? null : image.directory();
    }

    interface InUse {
        Set<String> ids() throws IOException;
    }

    /** Clears away what nothing has used for a day; does nothing when somebody is fetching. */
    void collect(InUse inUse, Instant now) throws IOException {
        if (!use.writeLock().tryLock()) {
            return;
        }
        try {
            Set<String> used = inUse.ids();
            Set<String> keep = new HashSet<>(used);
            Map<String, Instant> unused = new HashMap<>();
            for (String id : images.ids()) {
                if (!used.contains(id)) {
                    Instant since = unusedSince.getOrDefault(id, now);
                    if (since.plus(KEPT_UNUSED).isAfter(now)) {
                        unused.put(id, since);
                        keep.add(id);
                    }
                }
            }
            unusedSince.clear();
            unusedSince.putAll(unused);
            images.collect(keep);
        } finally {
            use.writeLock().unlock();
        }
    }
}
