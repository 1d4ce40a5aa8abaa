package io.homeostat.converge;

import io.homeostat.model.Document;
import io.homeostat.model.ObjectKey;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A change of one declared document that nobody committed: it lies over the newest revision as long as somebody wants it to, and
 * goes through everything that a commit goes through: checks, guards, rollout, health, rollback. Only in memory: Git knows nothing
 * of it, and the next agent neither.
 *
 * @param by who laid it: letters, digits and {@code -}
 * @param name one of several by the same
 */
public record Overlay(String by, String name, ObjectKey object, UnaryOperator<Document> change) {

    private static final char MARK = '+';

    /** A revision's name with those that lie over it: {@code 3f2a91c0+bad-value}. */
    static String revision(String bare, Collection<Overlay> overlays) {
        return bare
                + new TreeSet<>(overlays.stream().map(Overlay::by).toList())
                        .stream().map(by -> MARK + by).collect(Collectors.joining());
    }

    /** The revision without what lies over it. */
    public static String bare(String revision) {
        int mark = revision.indexOf(MARK);
        return mark < 0 ? revision : revision.substring(0, mark);
    }

    /** What lies over a revision, as its name has it; empty when nothing does. */
    static String laid(String revision) {
        return revision.substring(bare(revision).length());
    }

    /** Whether this is what a source has, and more. */
    public static boolean isOver(String revision) {
        return !laid(revision).isEmpty();
    }

    static List<Document> over(List<Document> documents, Collection<Overlay> overlays) {
        return overlays.isEmpty()
                ? documents
                : documents.stream().map(each -> over(each, overlays)).toList();
    }

    private static Document over(Document document, Collection<Overlay> overlays) {
        Document changed = document;
        for (Overlay overlay : overlays) {
            changed = overlay.object().equals(document.key()) ? overlay.change().apply(changed) : changed;
        }
        return changed;
    }

    /** The files of a revision, under the name that it has with what lies over it. */
    record Under(Snapshot bare, String revision) implements Snapshot {

        @Override
        public Origin origin() {
            return bare.origin();
        }

        @Override
        public List<File> files(String directory) throws IOException {
            return bare.files(directory);
        }

        @Override
        public byte[] read(String path) throws IOException {
            return bare.read(path);
        }

        @Override
        public String contentId(String directory) throws IOException {
            return bare.contentId(directory);
        }

        @Override
        public void export(String directory, Path into) throws IOException {
            bare.export(directory, into);
        }
    }
}
