package io.homeostat.target.kubernetes.versions;

import io.homeostat.converge.Digests;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.versions.Standing.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * ConfigMaps and Secrets of which the new version of a workload reads a copy, while those of the stable version stay under their own
 * names. Pure.
 */
public final class Configuration {

    /** On a pod template: changes with what its pods are configured by, so that they are replaced. */
    public static final String ANNOTATION = "homeostat.io/configuration";

    /** Names of objects hold as many characters. */
    private static final int LONGEST = 253;

    private static final int SUFFIX = 10;

    private Configuration() {}

    /**
     * One of them.
     *
     * @param copy name of the copy; nothing of the contents can be told from it
     * @param gone it left Git, so there is no copy, and the new version is to see that
     */
    public record Kept(String copy, boolean gone) {}

    /** What is to become of an object that is to be changed. */
    public enum Answer {
        /** It is changed under its own name. */
        APPLY,
        /** It stays, and a copy is made of what it is to be. */
        COPY,
        /** It stays, and there is the copy already. */
        WAIT,
        /** Nothing is kept any more, and it is changed under its own name. */
        RELEASE
    }

    /**
     * @param phase of the workload that reads it
     * @param kept as which copy it is kept; null when it is not
     * @param isCopied it is to be as the copy is
     * @param isThere it is to be as it is
     */
    public static Answer decide(Phase phase, @Nullable Kept kept, boolean isCopied, boolean isThere) {
        if (isThere) {
            return kept == null ? Answer.APPLY : Answer.RELEASE;
        }
        if (phase == Phase.SPLIT) {
            return kept != null && isCopied ? Answer.WAIT : Answer.COPY;
        }
        // The new version is for everybody now: what it reads goes in under its own name, anything else takes its
        // place.
        return kept == null || isCopied ? Answer.APPLY : Answer.RELEASE;
    }

    /**
     * Names a copy.
     *
     * @param version stands for the contents, so that copies of others are called otherwise
     */
    public static Kept keep(String reference, boolean gone, String uid, String version) {
        String name = reference.substring(reference.indexOf('/') + 1);
        String beginning = name.substring(0, Math.min(name.length(), LONGEST - SUFFIX - 1));
        return new Kept(beginning + "-" + mark(uid, version + "/" + reference), gone);
    }

    /** A template as the new version has it. */
    public static Node.Mapping copied(Node.Mapping template, SortedMap<String, Kept> kept) {
        if (kept.isEmpty()) {
            return template;
        }
        return References.renamed(template, reference -> {
            Kept one = kept.get(reference);
            return one == null ? reference.substring(reference.indexOf('/') + 1) : one.copy();
        });
    }

    /**
     * What the new version cannot start without and nobody will bring, one sentence each. Pods that wait for it say nothing, and
     * would wait for ever.
     *
     * @param template as it is declared
     * @param isThere whether a copy, by its {@link References} name, is in the cluster
     */
    public static List<String> missing(Node.Mapping template, SortedMap<String, Kept> kept, Predicate<String> isThere) {
        List<String> missing = new ArrayList<>();
        for (String reference : References.required(template)) {
            Kept one = kept.get(reference);
            if (one != null && one.gone()) {
                missing.add(reference + " left Git, and the new version still reads it");
            } else if (one != null) {
                String copy = reference.substring(0, reference.indexOf('/') + 1) + one.copy();
                if (!isThere.test(copy)) {
                    missing.add(copy + " is gone, the copy of " + reference + " that the new version reads");
                }
            }
        }
        return missing;
    }

    /** What a template says once these are in force; never what it said before. */
    public static String inForce(Node.Mapping template, String what) {
        String before = template.mapping("metadata").mapping("annotations").text(ANNOTATION, "");
        return mark(before, what);
    }

    private static String mark(String one, String other) {
        return Digests.of(Node.Mapping.EMPTY.with(one, other)).substring(0, SUFFIX);
    }

    static Node.Mapping write(SortedMap<String, Kept> kept) {
        Node.Mapping memo = Node.Mapping.EMPTY;
        for (var each : kept.entrySet()) {
            Node.Mapping one = Node.Mapping.EMPTY.with("copy", each.getValue().copy());
            memo = memo.with(each.getKey(), each.getValue().gone() ? one.with("gone", Node.Bool.of(true)) : one);
        }
        return memo;
    }

    static SortedMap<String, Kept> read(Node.Mapping memo) {
        SortedMap<String, Kept> kept = new TreeMap<>();
        memo.fields().forEach((reference, field) -> {
            if (field.value() instanceof Node.Mapping one && reference.indexOf('/') > 0) {
                kept.put(reference, new Kept(one.text("copy", ""), one.flag("gone", false)));
            }
        });
        return kept;
    }
}
