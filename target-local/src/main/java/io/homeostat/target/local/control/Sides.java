package io.homeostat.target.local.control;

import io.homeostat.converge.SplitMemo;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two versions of a workload side by side: what is remembered of it, and what instances follow from it. Kept on disk beside how
 * far the workload has got.
 *
 * @param stable the version that was there in full last; empty when none ever was
 * @param split null: the declared version replaces the other as the document says
 * @param inPlace there is each instance once, of the one version or the other: none of them may do without traffic just because of
 *     its version, since there may be no other
 */
public record Sides(String stable, @Nullable Split split, boolean inPlace) {

    public Sides(String stable, @Nullable Split split) {
        this(stable, split, false);
    }

    private static final String STABLE = "stable";
    private static final String SPLIT = "split";
    private static final String IN_PLACE = "inPlace";

    public static Sides from(Node.Mapping memo) {
        Node.Mapping split = memo.mapping(SPLIT);
        return new Sides(
                memo.text(STABLE, ""), split.isEmpty() ? null : SplitMemo.read(split), memo.flag(IN_PLACE, false));
    }

    public Node.Mapping into(Node.Mapping memo) {
        Node.Mapping with = memo.with(STABLE, stable);
        with = inPlace ? with.with(IN_PLACE, Node.Bool.of(true)) : with;
        return split == null ? with.without(SPLIT) : with.with(SPLIT, SplitMemo.write(split));
    }

    public Sides with(@Nullable Split other) {
        return new Sides(stable, other, inPlace);
    }

    /** Without a split, a version that is there in full is the stable one from now on. */
    public Sides after(Rollout rollout) {
        return split == null && rollout.complete() ? new Sides(rollout.digest(), null, inPlace) : this;
    }

    public boolean isSplit() {
        return split != null && !stable.isEmpty();
    }

    /** Whether instances of a version get traffic, as far as the split goes. */
    public boolean carries(String digest, String declared) {
        if (split == null || stable.isEmpty() || inPlace) {
            return true;
        }
        if (digest.equals(stable)) {
            return stable.equals(declared) || split.weight() < 100;
        }
        return digest.equals(declared) && (split.weight() > 0 || split.isCompared());
    }

    /**
     * Percent of the traffic that a version has by the split, where both have some, or copies: the gate divides it. Empty where one has all
     * of it, or nothing is split.
     *
     * @param baseline of the stable version's instances, those that the canary is compared with
     */
    public OptionalInt share(String digest, String declared, boolean baseline) {
        if (split != null && isSplit() && inPlace) {
            int canary = stable.equals(declared) ? 0 : split.weight();
            return OptionalInt.of(digest.equals(stable) ? 100 - canary : digest.equals(declared) ? canary : 0);
        }
        if (split == null || !isSplit() || stable.equals(declared) || !split.isCompared()) {
            return OptionalInt.empty();
        }
        int rest = 100 - split.weight();
        int like = split.baseline() ? Math.min(split.weight(), rest) : 0;
        if (digest.equals(stable)) {
            return OptionalInt.of(baseline ? like : rest - like);
        }
        return OptionalInt.of(digest.equals(declared) ? split.weight() : 0);
    }

    /** How many instances of the stable version there are to be beside its own, to compare the canary with. */
    public int baseline(int replicas) {
        return split != null && split.baseline() ? wanted(replicas) : 0;
    }

    /**
     * How many instances of the declared version the split wants. Where each instance is there once, one of several stays of the
     * stable version for as long as that has any of the traffic.
     */
    public int wanted(int replicas) {
        if (split == null) {
            return replicas;
        }
        int wanted = (replicas * split.instances() + 99) / 100;
        boolean keepsOne = inPlace && split.weight() < 100 && replicas > 1;
        return keepsOne ? Math.min(wanted, replicas - 1) : wanted;
    }

    /**
     * The stable version whole, the declared one as far as the split says, as many of the baseline, nothing else.
     *
     * @param isBaseline which of the stable version's instances are of the baseline
     */
    public List<RollingUpdate.Action> decide(
            RollingUpdate.Spec spec, List<Member> members, Predicate<Member> isBaseline, Instant now) {
        List<RollingUpdate.Action> actions = new ArrayList<>();
        List<Member> like = members.stream().filter(isBaseline).toList();
        List<Member> own = members.stream().filter(isBaseline.negate()).toList();
        keep(stable, spec.replicas(), false, own, spec, now, actions);
        boolean isStable = spec.digest().equals(stable);
        keep(stable, isStable ? 0 : baseline(spec.replicas()), true, like, spec, now, actions);
        if (!isStable) {
            keep(spec.digest(), wanted(spec.replicas()), false, own, spec, now, actions);
        }
        for (Member member : members) {
            if (!member.deleting()
                    && !member.digest().equals(stable)
                    && !member.digest().equals(spec.digest())) {
                actions.add(
                        new RollingUpdate.Action.Stop(member.name(), "neither the stable nor the declared version"));
            }
        }
        return actions;
    }

    private static void keep(
            String digest,
            int wanted,
            boolean baseline,
            List<Member> members,
            RollingUpdate.Spec spec,
            Instant now,
            List<RollingUpdate.Action> actions) {
        List<Member> alive = members.stream()
                .filter(member -> !member.deleting() && member.digest().equals(digest))
                .sorted(Comparator.comparing((Member member) -> member.isAvailable(spec.minReadySeconds(), now))
                        .thenComparing(Comparator.comparing(Member::createdAt).reversed())
                        .thenComparing(Member::name))
                .toList();
        for (int i = alive.size(); i < wanted; i++) {
            actions.add(new RollingUpdate.Action.Create(digest, baseline));
        }
        alive.stream()
                .limit(Math.max(0, alive.size() - wanted))
                .forEach(member ->
                        actions.add(new RollingUpdate.Action.Stop(member.name(), "scaled down to " + wanted)));
    }
}
