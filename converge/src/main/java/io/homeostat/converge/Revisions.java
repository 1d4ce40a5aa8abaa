package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.source.Source;
import io.homeostat.source.SourceException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest revision, rendered, and earlier ones where an application was sent back to them. Safe for use by many threads.
 */
public final class Revisions {

    /** How many earlier renderings are kept; others are rendered again when needed. */
    private static final int KEPT = 4;

    /** One revision: its files and what they say. */
    public record Revision(Snapshot snapshot, Rendering rendering) {}

    private final Source source;
    private final Renderer renderer;
    private final @Nullable String environment;
    private final Map<String, Revision> earlier = new LinkedHashMap<>();
    private final Map<String, Overlay> overlays = new TreeMap<>();
    private volatile @Nullable Revision declared;
    private volatile @Nullable Revision head;

    Revisions(Source source, Renderer renderer, @Nullable String environment) {
        this.source = source;
        this.renderer = renderer;
        this.environment = environment;
    }

    /** The newest revision with all that lies over it; null until one was read. */
    public @Nullable Revision head() {
        return head;
    }

    /** The newest revision as the source has it; null until one was read. */
    public @Nullable Revision declared() {
        return declared;
    }

    /** From now on this lies over the newest revision, whichever that is. */
    synchronized void lay(Overlay overlay) throws IOException {
        overlays.put(overlay.by() + "/" + overlay.name(), overlay);
        head = over(declared);
    }

    /** @return false when nothing of the sort was laid */
    synchronized boolean lift(String by, String name) throws IOException {
        boolean was = overlays.remove(by + "/" + name) != null;
        if (was) {
            head = over(declared);
        }
        return was;
    }

    private @Nullable Revision over(@Nullable Revision bare) throws IOException {
        if (bare == null || overlays.isEmpty()) {
            return bare;
        }
        Snapshot snapshot = new Overlay.Under(
                bare.snapshot(), Overlay.revision(bare.snapshot().revision(), overlays.values()));
        return new Revision(snapshot, renderer.render(snapshot, environment, overlays.values()));
    }

    /** Renders a snapshot and makes it the newest. */
    synchronized Revision advance(Snapshot snapshot) throws IOException {
        Revision revision = new Revision(snapshot, renderer.render(snapshot, environment));
        Revision before = declared;
        if (before != null) {
            keep(before);
        }
        declared = revision;
        head = over(revision);
        return revision;
    }

    /** Any revision that is still held here. */
    public Revision at(String revision) throws IOException {
        Revision newest = head;
        if (newest != null && newest.snapshot().revision().equals(revision)) {
            return newest;
        }
        // What lay over it is gone, and never comes back.
        String bare = Overlay.bare(revision);
        Revision without = declared;
        if (without != null && without.snapshot().revision().equals(bare)) {
            return without;
        }
        synchronized (this) {
            Revision known = earlier.get(bare);
            if (known == null) {
                try {
                    Snapshot snapshot = source.at(bare);
                    known = new Revision(snapshot, renderer.render(snapshot, environment));
                } catch (SourceException gone) {
                    throw new IOException(gone.getMessage(), gone);
                }
            }
            keep(known);
            return known;
        }
    }

    private void keep(Revision revision) {
        String id = revision.snapshot().revision();
        earlier.remove(id);
        earlier.put(id, revision);
        if (earlier.size() > KEPT) {
            earlier.remove(earlier.keySet().iterator().next());
        }
    }

    /** What the newest revision says about an application. */
    Aim.Head headOf(String application) {
        Revision newest = head;
        if (newest == null) {
            return new Aim.Head.Invalid("", "no revision could be read yet");
        }
        Rendering rendering = newest.rendering();
        String revision = rendering.revision();
        if (!rendering.broken().isEmpty()) {
            return new Aim.Head.Invalid(
                    revision,
                    Facts.brief(revision) + " is not applied: "
                            + rendering.broken().getFirst());
        }
        Rendered rendered = rendering.application(application);
        if (rendered == null) {
            return rendering.isIncomplete()
                    ? new Aim.Head.Invalid(
                            revision,
                            "it is not in " + Facts.brief(revision)
                                    + ", which has errors elsewhere; nothing is deleted before they are mended")
                    : new Aim.Head.Absent(revision);
        }
        return rendered.isValid()
                ? new Aim.Head.Declared(revision, rendered.digest())
                : new Aim.Head.Invalid(revision, Facts.brief(revision) + " is not applied: " + firstError(rendered));
    }

    private static Problem firstError(Rendered rendered) {
        return rendered.problems().stream().filter(Problem::isError).findFirst().orElseThrow();
    }

    /** Whether an application declares an object at the revision that it goes for. */
    boolean declares(String application, ObjectKey object, ApplicationState state) {
        if (!(Aim.of(headOf(application), state) instanceof Aim.Go go)) {
            return false;
        }
        try {
            return application.equals(at(go.revision()).rendering().owners().get(object));
        } catch (IOException unknown) {
            // As long as it cannot be said, nobody takes the object away.
            return true;
        }
    }
}
