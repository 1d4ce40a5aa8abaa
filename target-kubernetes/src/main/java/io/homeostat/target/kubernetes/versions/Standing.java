package io.homeostat.target.kubernetes.versions;

import io.homeostat.converge.SplitMemo;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Json;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.objects.Annotations;
import io.homeostat.target.kubernetes.versions.Configuration.Kept;
import java.util.Collections;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How two versions of a Deployment stand side by side, as its annotation says. A value.
 *
 * @param stable which of its templates is the stable version, as pods are labelled
 * @param split the last one that was asked for
 * @param kept of which ConfigMaps and Secrets the new version reads a copy, as {@link References} names them
 */
public record Standing(String stable, Split split, Phase phase, SortedMap<String, Kept> kept) {

    private static final String STABLE = "stable";
    private static final String SPLIT = "split";
    private static final String PHASE = "phase";
    private static final String KEPT = "configuration";

    public Standing {
        kept = Collections.unmodifiableSortedMap(new TreeMap<>(kept));
    }

    /** Both versions read the same. */
    public Standing(String stable, Split split, Phase phase) {
        this(stable, split, phase, Collections.emptySortedMap());
    }

    /** Where it is. */
    public enum Phase {
        /** Both stay. */
        SPLIT,
        /** The Deployment's own pods become the new version; those beside it help out until then. */
        REPLACING,
        /** The Deployment's own pods serve alone; those beside it go. */
        LEAVING
    }

    /** On which side a pod is. */
    public enum Side {
        /** The Deployment's own. */
        OWN(""),
        CANARY("canary"),
        BASELINE("baseline");

        private final String label;

        Side(String label) {
            this.label = label;
        }

        /** As pods are labelled; a Deployment's own are not. */
        public String label() {
            return label;
        }

        public static Side of(String label) {
            for (Side side : values()) {
                if (side.label.equals(label)) {
                    return side;
                }
            }
            return OWN;
        }
    }

    /** Null when there is one version only. What nobody can read is a split without traffic: nothing new is let in by mistake. */
    public static @Nullable Standing of(Node.Mapping object) {
        String text = object.mapping("metadata").mapping("annotations").text(Annotations.SPLIT);
        if (text == null) {
            return null;
        }
        try {
            if (Json.read(text) instanceof Node.Mapping memo) {
                return new Standing(
                        memo.text(STABLE, ""),
                        SplitMemo.read(memo.mapping(SPLIT)),
                        Phase.valueOf(memo.text(PHASE, "split").toUpperCase(Locale.ROOT)),
                        Configuration.read(memo.mapping(KEPT)));
            }
        } catch (Json.MalformedException | IllegalArgumentException scribbled) {
            // As without any traffic, below.
        }
        return new Standing("", new Split(0, 0), Phase.SPLIT);
    }

    public String text() {
        Node.Mapping memo = Node.Mapping.EMPTY
                .with(STABLE, stable)
                .with(SPLIT, SplitMemo.write(split))
                .with(PHASE, phase.name().toLowerCase(Locale.ROOT));
        return Json.write(kept.isEmpty() ? memo : memo.with(KEPT, Configuration.write(kept)));
    }

    public Standing in(Phase other) {
        return new Standing(stable, split, other, kept);
    }

    public Standing with(Split other) {
        return new Standing(stable, other, phase, kept);
    }

    /** As if there had been no other version. */
    public Standing forgotten() {
        return new Standing("", split, Phase.LEAVING, kept);
    }

    public Standing keeping(SortedMap<String, Kept> others) {
        return new Standing(stable, split, phase, others);
    }

    /** The new version is for everybody, but not yet what it reads: so long nothing is replaced. */
    public boolean isComingIn() {
        return phase == Phase.REPLACING && !kept.isEmpty();
    }

    /**
     * Whether a pod gets traffic at all.
     *
     * @param version its own
     */
    public boolean carries(Side side, String version) {
        return switch (phase) {
            case LEAVING -> side == Side.OWN;
            // Where everything goes to the new version already, nothing goes back to the old one.
            case REPLACING ->
                split.weight() < 100 || side == Side.CANARY || (side == Side.OWN && !version.equals(stable));
            case SPLIT -> side == Side.CANARY ? split.weight() > 0 || split.isCompared() : split.weight() < 100;
        };
    }

    /** Percent of the traffic that a side has, where the gate is to divide it; empty where it is not. */
    public OptionalInt share(Side side) {
        if (phase != Phase.SPLIT || !split.isCompared()) {
            return OptionalInt.empty();
        }
        int rest = 100 - split.weight();
        int like = split.baseline() ? Math.min(split.weight(), rest) : 0;
        return OptionalInt.of(
                switch (side) {
                    case CANARY -> split.weight();
                    case BASELINE -> like;
                    case OWN -> rest - like;
                });
    }
}
