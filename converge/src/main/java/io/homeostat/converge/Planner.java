package io.homeostat.converge;

import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The difference between what is desired and what is observed, for one application. Pure: the same input gives the same plan,
 * and applying the plan gives a world in which the next one is empty.
 *
 * <p>An object never goes away because it moved: whoever declares it takes it over, and until then it is kept.
 */
public final class Planner {

    /** Annotation with which an object that left Git stays: {@code disabled}. */
    public static final String PRUNE = "homeostat.io/prune";

    private Planner() {}

    /**
     * @param desired everything that the application declares
     * @param cause why the application goes to this revision
     * @param settled whether this very content had been applied in full before, so that any difference is drift
     * @param prune whether objects that left Git are deleted
     */
    public record Question(
            String application, String revision, List<Declared> desired, Cause cause, boolean settled, boolean prune) {}

    /**
     * Who else declares an object.
     *
     * @param declarer the application that declares it at the revision it goes for: two of them must not take it from each other
     * @param heir an application that declares it in some revision that is in force or newest: it must not lose the object
     *     only because it has not got there yet
     */
    public record Claims(Function<ObjectKey, @Nullable String> declarer, Function<ObjectKey, @Nullable String> heir) {

        /** One revision for all. */
        public static Claims of(Function<ObjectKey, @Nullable String> declarer) {
            return new Claims(declarer, declarer);
        }
    }

    public static Plan plan(Question question, Map<ObjectKey, Live> observed, Claims claims) {
        List<Live> owned = observed.values().stream()
                .filter(live -> live.application().equals(question.application()))
                .toList();
        return plan(question, observed, owned, claims);
    }

    /** @param owned those of {@code observed} that belong to the application, where the target knows them apart */
    static Plan plan(Question question, Map<ObjectKey, Live> observed, Collection<Live> owned, Claims claims) {
        List<Step> steps = new ArrayList<>(question.desired().size());
        Set<ObjectKey> declared = HashSet.newHashSet(question.desired().size());
        for (Declared desired : question.desired()) {
            declared.add(desired.document().key());
            steps.add(declare(desired, observed.get(desired.document().key()), question, claims));
        }
        for (Live live : owned) {
            if (live.application().equals(question.application()) && !declared.contains(live.key())) {
                steps.add(leave(live, question, claims));
            }
        }
        steps.sort(Order.INSTANCE);
        return new Plan(question.application(), question.revision(), List.copyOf(steps));
    }

    private static Step declare(Declared desired, @Nullable Live live, Question question, Claims claims) {
        if (live == null) {
            return new Step.Create(desired, question.settled() ? Cause.REPAIR : question.cause());
        }
        List<Change> changes = live.content().equals(desired.document().content())
                ? List.of()
                : Diff.between(live.content(), desired.document().content());
        if (!live.application().equals(question.application())) {
            String declarer = claims.declarer().apply(live.key());
            return declarer == null || declarer.equals(question.application())
                    ? new Step.Move(desired, live.application(), live.origin(), changes)
                    : new Step.Blocked(
                            live.key(),
                            question.application(),
                            "application '" + declarer + "' declares it too, in " + live.origin()
                                    + "; remove it from one of the two");
        }
        if (!changes.isEmpty()) {
            Cause cause = live.appliedDigest().equals(desired.digest()) ? Cause.REPAIR : question.cause();
            String reason = Immutable.reason(desired, live.content(), changes);
            return reason == null
                    ? new Step.Update(desired, changes, cause)
                    : new Step.Replace(desired, changes, reason, cause);
        }
        if (!live.drift().isEmpty()) {
            return new Step.Repair(desired, live.drift());
        }
        return live.origin().equals(desired.origin())
                ? new Step.Unchanged(desired)
                : new Step.Move(desired, live.application(), live.origin(), List.of());
    }

    private static Step leave(Live live, Question question, Claims claims) {
        String heir = claims.heir().apply(live.key());
        if (heir != null && !heir.equals(question.application())) {
            return new Step.Kept(live.key(), question.application(), "application '" + heir + "' takes it over");
        }
        if (live.content()
                .mapping("metadata")
                .mapping("annotations")
                .text(PRUNE, "")
                .equals("disabled")) {
            return new Step.Kept(live.key(), question.application(), "it is annotated " + PRUNE + ": disabled");
        }
        if (!question.prune()) {
            return new Step.Kept(live.key(), question.application(), "pruning is off (sync.prune.enabled: false)");
        }
        return new Step.Delete(live.key(), question.application());
    }
}
