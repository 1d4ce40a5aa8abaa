package io.homeostat.deliver.rollout;

import io.homeostat.converge.Facts;
import io.homeostat.converge.History;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Strategy;
import io.homeostat.converge.Target;
import io.homeostat.converge.Target.Live;
import io.homeostat.converge.Traffic;
import io.homeostat.converge.Traffic.Arms;
import io.homeostat.converge.Traffic.Split;
import io.homeostat.deliver.rollout.Book.Page;
import io.homeostat.journal.Entry;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Flag;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Brings new versions in as their {@link Rollout} says. Looks at both versions, asks {@link Engine}, tells the target.
 *
 * <p>What was reached, by whose word, and what was shown is in the journal; the split is with the target. Nothing else is
 * remembered but the latencies of the present stage, so another agent goes on where this one was. Safe for use by many threads.
 */
public final class Rollouts implements Strategy, AutoCloseable {

    /** How often a rollout on its way is looked at unasked. A bad canary gets requests for so long after it is known to be bad. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private static final Set<String> KINDS = Set.of("Deployment", "StatefulSet");

    private final Target target;
    private final History history;
    private final InstantSource clock;
    private final Book book;
    private final Courts courts;
    private final Watches watches;
    private final StageGuards guards;
    private final Map<ObjectKey, Seen> seen = new ConcurrentHashMap<>();

    /** The content that went at once last, so that it is said once. */
    private final Map<ObjectKey, String> passedOver = new ConcurrentHashMap<>();

    public Rollouts(Target target, History history, InstantSource clock, Surroundings surroundings) {
        this.target = target;
        this.history = history;
        this.clock = clock;
        this.book = new Book(history);
        this.courts = new Courts(book);
        this.watches = new Watches(surroundings, book);
        this.guards = new StageGuards(surroundings);
    }

    @Override
    public @Nullable String prepare(Look look) throws IOException {
        if (look.cause() != Cause.CHANGE || !look.isOpen()) {
            return null;
        }
        Traffic traffic = target.traffic();
        Map<Rollout, List<ObjectKey>> groups = new LinkedHashMap<>();
        Map<Rollout, SortedMap<ObjectKey, String>> down = new LinkedHashMap<>();
        Set<ObjectKey> ours = new HashSet<>();
        look.rendered()
                .declared()
                .forEach(declared -> ours.add(declared.document().key()));
        for (Declared declared : look.rendered().declared()) {
            ObjectKey workload = declared.document().key();
            Rollout rollout = find(look, workload);
            Live live = look.observed().get(workload);
            if (rollout == null || live == null) {
                continue;
            }
            if (rollout.error() != null) {
                return "the Rollout of " + workload + " has an error, so nothing goes before it is mended: "
                        + rollout.error();
            }
            if (traffic == null) {
                return "this target cannot let two versions of " + workload + " stand side by side, as Rollout "
                        + rollout.name() + " wants";
            }
            for (ObjectKey other : rollout.workloads()) {
                if (!ours.contains(other)) {
                    return "Rollout " + rollout.name() + " moves " + workload + " together with " + other
                            + ", which is no part of " + look.application();
                }
            }
            boolean isUnderway = running(first(rollout)) != null;
            if (rollout.flag() != null && !isUnderway && !isTurned(rollout.flag(), look)) {
                continue;
            }
            boolean isChanged = !live.appliedDigest().equals(declared.digest());
            // While the stable version is down, whatever may mend it goes at once.
            if (available(live, isChanged ? traffic.arms(workload) : null) > 0) {
                groups.computeIfAbsent(rollout, first -> new ArrayList<>()).add(workload);
            } else if (look.isNew() && isChanged) {
                boolean isNone = live.content().mapping("spec").integer("replicas", 1) == 0;
                String why = isNone ? workload + " has no instances" : "no instance of " + workload + " is available";
                down.computeIfAbsent(rollout, first -> new TreeMap<>()).put(workload, why);
            }
        }
        for (Map.Entry<Rollout, SortedMap<ObjectKey, String>> each : down.entrySet()) {
            SortedMap<ObjectKey, String> its = each.getValue();
            goAtOnce(
                    each.getKey(),
                    its.keySet(),
                    Objects.requireNonNull(traffic),
                    look,
                    Objects.requireNonNull(its.get(its.firstKey())));
        }
        for (Map.Entry<Rollout, List<ObjectKey>> group : groups.entrySet()) {
            begin(group.getKey(), group.getValue(), Objects.requireNonNull(traffic), look);
        }
        return null;
    }

    /** How many instances of the stable version are. While a newer one stands beside it the target may count both. */
    private static int available(Live live, @Nullable Arms arms) {
        return arms == null || arms.split() == null
                ? live.status().integer("availableReplicas", 0)
                : arms.stable().available();
    }

    /** Whether this commit changes the value. Once that is declared it does no more, but then the split is made. */
    private static boolean isTurned(Flag flag, Look look) {
        Live live = look.observed().get(flag.configMap());
        for (Declared declared : look.rendered().declared()) {
            if (declared.document().key().equals(flag.configMap())) {
                return live == null
                        || !Objects.equals(
                                live.content().mapping("data").get(flag.key()),
                                declared.document().content().mapping("data").get(flag.key()));
            }
        }
        return live != null && live.content().mapping("data").get(flag.key()) != null;
    }

    /** What was good a few revisions ago was judged then. */
    private boolean isBackInWindow(Rollout rollout, Look look) {
        int window = rollout.rollbackWindow();
        return history.application(look.application()).goods().stream()
                .limit(window == 0 ? 0 : window + 1) // the newest of them is what runs
                .anyMatch(good -> good.digest().equals(look.rendered().digest()));
    }

    private void begin(Rollout rollout, List<ObjectKey> workloads, Traffic traffic, Look look) throws IOException {
        Progress known = progress(first(rollout));
        boolean isSame = known != null && known.digest().equals(look.rendered().digest());
        boolean isOnItsWay = known != null && isSame && known.isRunning();
        boolean wasBad = known != null && isSame && known.isBad();
        if (!isOnItsWay && !wasBad && isBackInWindow(rollout, look)) {
            goAtOnce(
                    rollout,
                    workloads,
                    traffic,
                    look,
                    "it is what was good within the last " + rollout.rollbackWindow() + " good revisions");
            return;
        }
        boolean isBegun = known != null && isSame && (known.isRunning() || !look.isNew());
        if (isBegun) {
            for (ObjectKey workload : known != null && known.isRunning() ? workloads : List.<ObjectKey>of()) {
                // An agent may have written down that it begins, and died before the version was declared.
                if (traffic.arms(workload) == null) {
                    traffic.split(workload, Engine.begin(rollout));
                }
            }
            return;
        }
        if (known != null && known.isRunning()) {
            book.record(RolloutFacts.superseded(known, look.revision()));
        }
        passedOver.remove(first(rollout));
        for (ObjectKey workload : workloads) {
            traffic.split(workload, Engine.begin(rollout));
        }
        if (isSame) {
            book.record(started(rollout, look)); // somebody wants it tried again
        }
    }

    /** Past every stage, and past whatever is on its way by stages. Said once for each content. */
    private void goAtOnce(Rollout rollout, Collection<ObjectKey> workloads, Traffic traffic, Look look, String why)
            throws IOException {
        Progress known = running(first(rollout));
        if (known != null) {
            book.record(RolloutFacts.superseded(known, look.revision()));
        }
        for (ObjectKey workload : workloads) {
            traffic.split(workload, null);
        }
        String digest = look.rendered().digest();
        if (!digest.equals(passedOver.put(first(rollout), digest))) {
            book.record(RolloutFacts.skipped(look.application(), rollout, look.revision(), why));
        }
    }

    private static Entry started(Rollout rollout, Look look) {
        return RolloutFacts.started(
                look.application(), rollout, look.revision(), look.rendered().digest());
    }

    /** By which its events name a rollout. */
    private static ObjectKey first(Rollout rollout) {
        return rollout.workloads().getFirst();
    }

    /** One workload of a rollout, as it is. */
    private record Member(Declared declared, boolean isDeclared) {
        ObjectKey key() {
            return declared.document().key();
        }
    }

    @Override
    public Answer look(Look look) throws IOException {
        Answer worst = new Answer.Free();
        Traffic traffic = target.traffic();
        if (traffic == null) {
            return worst;
        }
        for (Page page : book.all()) {
            Progress progress = page.progress();
            String over = progress.isRunning() ? over(progress, look) : null;
            if (over != null) {
                book.record(RolloutFacts.over(progress, over));
                continue;
            }
            String left = progress.isRunning() || progress.isBad() ? left(progress, look) : null;
            Answer answer = left == null ? new Answer.Free() : watch(page, left, traffic, look);
            worst = rank(answer) > rank(worst) ? answer : worst;
        }
        Map<Rollout, List<Member>> groups = new LinkedHashMap<>();
        for (Declared declared : look.rendered().declared()) {
            ObjectKey workload = declared.document().key();
            Live live = look.observed().get(workload);
            if (live == null || !KINDS.contains(live.key().kind())) {
                continue;
            }
            Rollout rollout = find(look, workload);
            boolean isDeclared = live.appliedDigest().equals(declared.digest());
            boolean isBack = look.cause() != Cause.CHANGE;
            if (isBack || (rollout == null && held(look) == null)) {
                ended(workload, live, traffic, look.cause(), isDeclared);
            } else if (rollout != null && rollout.error() == null) {
                groups.computeIfAbsent(rollout, first -> new ArrayList<>()).add(new Member(declared, isDeclared));
            }
        }
        for (Map.Entry<Rollout, List<Member>> group : groups.entrySet()) {
            Answer answer = look(group.getKey(), group.getValue(), traffic, look);
            worst = rank(answer) > rank(worst) ? answer : worst;
        }
        return worst;
    }

    /** Why nobody goes on with a rollout, though no newer one took its place; null when somebody does, or may yet. */
    private @Nullable String over(Progress progress, Look look) {
        if (!progress.application().equals(look.application())) {
            return null;
        }
        Map<ObjectKey, Declared> declared = new HashMap<>();
        look.rendered().declared().forEach(each -> declared.put(each.document().key(), each));
        boolean isGone = true;
        for (ObjectKey workload : progress.workloads()) {
            Declared wanted = declared.get(workload);
            Live live = look.observed().get(workload);
            boolean isOurs = live != null && live.application().equals(look.application());
            if (wanted == null ? isOurs : live == null || !live.appliedDigest().equals(wanted.digest())) {
                return null;
            }
            isGone &= wanted == null;
        }
        Rollout rollout = find(look, progress.workload());
        if (isGone) {
            return progress.workload() + " is no part of the application any more";
        } else if (look.cause() != Cause.CHANGE) {
            return "the application went back to " + Facts.brief(look.revision());
        } else if (rollout == null) {
            return held(look) != null ? null : "no Rollout is about " + progress.workload() + " any more";
        }
        boolean isOther = rollout.error() == null && !first(rollout).equals(progress.workload());
        return isOther ? "Rollout " + rollout.name() + " moves other workloads now" : null;
    }

    /** Why a rollout can go no further in this look, neither by its stages nor to its end; null when it can, or is none of ours. */
    private @Nullable String left(Progress progress, Look look) {
        if (!progress.application().equals(look.application())) {
            return null;
        }
        Rollout rollout = find(look, progress.workload());
        if (rollout != null && rollout.error() != null) {
            return "its Rollout has an error: " + rollout.error();
        } else if (progress.digest().equals(look.rendered().digest())) {
            return rollout == null ? held(look) : null;
        } else if (look.mayAct()) {
            return null;
        }
        return look.cause() == Cause.CHANGE ? "a newer commit waits" : "the way back waits";
    }

    /** The new version stays as it is, but what turns out bad loses its traffic all the same. */
    private Answer watch(Page page, String held, Traffic traffic, Look look) throws IOException {
        Progress progress = page.progress();
        SortedMap<ObjectKey, Arms> arms = new TreeMap<>();
        for (ObjectKey workload : progress.workloads()) {
            Arms its = look.observed().containsKey(workload) ? traffic.arms(workload) : null;
            if (its != null && its.split() != null) {
                arms.put(workload, its);
            }
        }
        if (arms.isEmpty()) {
            return new Answer.Free();
        }
        Rollout said = find(look, progress.workload());
        Rollout rollout = said == null || said.error() != null ? unguided(progress) : said;
        Members members = new Members(arms);
        Split split = members.together().split();
        Engine.Seen sight = see(rollout, page, members, held, Duration.ZERO, clock.instant());
        Engine.Decision back = Engine.takeBack(rollout, progress, split, sight);
        if (back != null) {
            carryOut(progress, rollout, members, traffic, back);
            boolean isThis = look.cause() == Cause.CHANGE
                    && progress.digest().equals(look.rendered().digest());
            return isThis ? bad(Objects.requireNonNull(progress(progress.workload()))) : new Answer.Free();
        }
        String message = progress.weight() + " % of the traffic: " + held;
        seen.merge(
                progress.workload(),
                new Seen(rollout.stages(), message),
                (before, _) -> new Seen(before.stages(), message));
        return new Answer.Underway(progress.workload() + ": " + message, LOOK);
    }

    /** Nobody says any more how it is judged; symptoms and people's words count all the same. */
    private static Rollout unguided(Progress progress) {
        return new Rollout(
                progress.rollout(),
                progress.workloads(),
                null,
                List.of(),
                false,
                null,
                null,
                List.of(),
                0,
                null,
                Position.NONE);
    }

    private static Answer bad(Progress progress) {
        return new Answer.Bad(
                "rollout " + progress.rollout() + " of " + progress.workload() + ": " + progress.reason());
    }

    @Override
    public void gone(String application) {
        for (Page page : book.all()) {
            Progress progress = page.progress();
            if (progress.isRunning() && progress.application().equals(application)) {
                book.record(RolloutFacts.over(progress, "the application is gone"));
            }
        }
    }

    /**
     * Where nothing is brought in by stages, the split of an earlier rollout goes: after a rollback when only the stable version
     * is left, otherwise as soon as there are two versions.
     */
    private static void ended(ObjectKey workload, Live live, Traffic traffic, Cause cause, boolean isDeclared)
            throws IOException {
        boolean isOneVersion =
                live.status().integer("replicas", 0) == live.status().integer("updatedReplicas", 0);
        if (isDeclared && isOneVersion == (cause == Cause.ROLLBACK)) {
            traffic.split(workload, null);
        }
    }

    private Answer look(Rollout rollout, List<Member> members, Traffic traffic, Look look) throws IOException {
        Progress known = progress(first(rollout));
        boolean isThis = known != null && known.digest().equals(look.rendered().digest());
        // What may not go yet does not begin either.
        boolean mayBegin = look.isOpen() && look.mayAct();
        if (members.stream().noneMatch(Member::isDeclared) || (!isThis && !mayBegin)) {
            return new Answer.Free();
        }
        for (Member member : members) {
            if (!member.isDeclared()) {
                return new Answer.Underway(member.key() + " is not declared yet, and moves together with it", LOOK);
            }
        }
        SortedMap<ObjectKey, Arms> arms = new TreeMap<>();
        for (Member member : members) {
            Arms its = traffic.arms(member.key());
            // One whose split was not made before it was declared was down then, and is not brought in by stages.
            boolean goesAlone = known != null && isThis && (members.size() == 1 || !known.isRunning());
            if (its != null && (goesAlone || its.split() != null)) {
                arms.put(member.key(), its);
            } else {
                traffic.split(member.key(), null);
            }
        }
        if (!isThis) {
            if (arms.isEmpty()) {
                return new Answer.Free();
            }
            book.record(started(rollout, look));
        }
        return arms.isEmpty()
                ? oneVersion(first(rollout))
                : advance(rollout, members, new Members(arms), traffic, held(look));
    }

    /** Nothing is left to compare. */
    private Answer oneVersion(ObjectKey workload) {
        Progress now = Objects.requireNonNull(progress(workload));
        if (now.isRunning()) {
            book.record(RolloutFacts.completed(now, "there is one version only"));
        }
        return now.isBad() ? new Answer.Bad(now.reason()) : new Answer.Free();
    }

    /** With nothing to apply no guard is asked; but under a freeze a rollout goes no further, too. What is bad goes back all the same. */
    private @Nullable String held(Look look) {
        if (history.application(look.application()).isFrozen(clock.instant())) {
            return "frozen";
        }
        return look.mayAct() ? null : "held";
    }

    private Answer advance(
            Rollout rollout, List<Member> declared, Members members, Traffic traffic, @Nullable String held)
            throws IOException {
        ObjectKey workload = first(rollout);
        Arms arms = members.together();
        Instant time = clock.instant();
        Page page = Objects.requireNonNull(book.of(workload));
        Split split = arms.split();
        Duration patience =
                Sight.patience(declared.stream().map(Member::declared).toList());
        Engine.Seen sight = see(rollout, page, members, held, patience, time);
        Engine.Decision decision = Engine.decide(rollout, page.progress(), split, sight, time);
        if (decision.move() instanceof Engine.Move.Prepare prepare) {
            // Where the instances are there already, the traffic follows in the same look.
            carryOut(page.progress(), rollout, members, traffic, decision);
            page = Objects.requireNonNull(book.of(workload));
            boolean same =
                    split != null && rollout.stages().get(prepare.stage()).instances() == split.instances();
            if (same) {
                decision = Engine.decide(rollout, page.progress(), split, sight, time);
            }
        }
        carryOut(page.progress(), rollout, members, traffic, decision);
        seen.put(workload, new Seen(rollout.stages(), decision.message()));
        Progress after = Objects.requireNonNull(progress(workload));
        if (after.isBad()) {
            return bad(after);
        }
        return after.isRunning() ? new Answer.Underway(workload + ": " + decision.message(), LOOK) : new Answer.Free();
    }

    /** Both versions, and all that speaks for or against the new one. */
    private Engine.Seen see(
            Rollout rollout, Page page, Members members, @Nullable String held, Duration patience, Instant time) {
        Progress progress = page.progress();
        Arms arms = members.together();
        boolean disturbed = guards.isDisturbed(rollout, progress);
        Courts.Heard heard = courts.hear(rollout, page, members, disturbed, time);
        Watches.Heard watched = watches.hear(rollout, page, arms, disturbed);
        boolean isDue = watched.unmet() == null && Engine.isDue(rollout, progress, heard.shown(), held, time);
        StageGuards.Word word = guards.ask(rollout, progress, isDue, time);
        String worse =
                heard.worse() != null ? heard.worse() : watched.worse() != null ? watched.worse() : word.broken();
        String unmet = watched.unmet() != null && word.unmet() != null
                ? watched.unmet() + "; " + word.unmet()
                : watched.unmet() != null ? watched.unmet() : word.unmet();
        worse = worse == null && !disturbed ? down(rollout, progress, members) : worse;
        return Sight.of(arms, worse, heard.shown(), held, unmet, disturbed, patience);
    }

    /** Of several, one that cannot answer is enough. */
    private static @Nullable String down(Rollout rollout, Progress progress, Members members) {
        boolean hasTraffic = progress.stage() >= 0
                && progress.stage() < rollout.stages().size()
                && rollout.stages().get(progress.stage()).hasTraffic();
        ObjectKey down = hasTraffic && members.arms().size() > 1 ? members.down() : null;
        return down == null ? null : "none of the instances of " + down + " is ready any more";
    }

    private void carryOut(Progress now, Rollout rollout, Members members, Traffic traffic, Engine.Decision decision)
            throws IOException {
        switch (decision.move()) {
            // Written down first: an agent that dies in between takes the traffic back all the same.
            case Engine.Move.Fail fail -> {
                book.record(RolloutFacts.failed(now, fail.reason()));
                split(members, traffic, decision.split());
            }
            case Engine.Move.Complete complete -> {
                book.record(RolloutFacts.completed(now, complete.why()));
                split(members, traffic, decision.split());
            }
            case Engine.Move.Prepare prepare -> {
                if (now.preparingAt() == null) {
                    book.record(RolloutFacts.preparing(now, rollout.stages().get(prepare.stage()), prepare.why()));
                }
                split(members, traffic, decision.split());
            }
            // Done first: a stage lasts from when its traffic flows.
            case Engine.Move.Reach reach -> {
                split(members, traffic, decision.split());
                book.record(
                        RolloutFacts.stage(now, reach.stage(), rollout.stages().get(reach.stage())));
            }
            case null -> split(members, traffic, decision.split());
        }
    }

    private static void split(Members members, Traffic traffic, @Nullable Split split) throws IOException {
        for (ObjectKey workload : members.arms().keySet()) {
            traffic.split(workload, split);
        }
    }

    private static @Nullable Rollout find(Look look, ObjectKey workload) {
        if (!KINDS.contains(workload.kind())) {
            return null;
        }
        for (Rollout rollout : look.rollouts()) {
            if (rollout.isAbout(workload)) {
                return rollout;
            }
        }
        return null;
    }

    private static int rank(Answer answer) {
        return switch (answer) {
            case Answer.Free _ -> 0;
            case Answer.Underway _ -> 1;
            case Answer.Bad _ -> 2;
        };
    }

    private @Nullable Progress progress(ObjectKey workload) {
        Page page = book.of(workload);
        return page == null ? null : page.progress();
    }

    // What people ask for.

    /**
     * One rollout and how it stands.
     *
     * @param weight percent of the traffic that the new version has
     * @param stages that it goes through; empty when this agent has not looked at it yet
     * @param message for people
     */
    public record Standing(
            Progress progress,
            int weight,
            List<Rollout.Stage> stages,
            String message,
            Account account,
            List<Watched> checks) {

        /** It may be run at any time while this stage lasts: the stage does not end before it has held. */
        public boolean isWaitingFor(String experiment) {
            int at = progress.stage();
            return progress.isInStage()
                    && at < stages.size()
                    && experiment.equals(stages.get(at).guards().experiment());
        }
    }

    /**
     * A check of a rollout on its way.
     *
     * @param failed how many looks failed so far
     * @param allowed how many may
     */
    public record Watched(String name, Surroundings.Looked last, int failed, int allowed) {}

    /** What the last look found that the journal does not say. */
    private record Seen(List<Rollout.Stage> stages, String message) {
        static final Seen NOTHING = new Seen(List.of(), "");
    }

    /** Every rollout there was, one for each workload: the last. */
    public List<Standing> all() {
        return book.all().stream()
                .map(page -> {
                    Progress progress = page.progress();
                    Seen last = seen.getOrDefault(progress.workload(), Seen.NOTHING);
                    return new Standing(
                            progress,
                            progress.weight(),
                            last.stages(),
                            last.message(),
                            page.account(),
                            watches.standing(page));
                })
                .toList();
    }

    @Override
    public void close() {
        watches.close();
    }

    /** @return false when it is not on its way */
    public boolean pause(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && now.pausedAt() == null && recorded(RolloutFacts.paused(now, by));
    }

    /** @return false when it is not paused */
    public boolean resume(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && now.pausedAt() != null && recorded(RolloutFacts.resumed(now, by));
    }

    /** Ends the stage that was reached. @return false when none was, or it is over */
    public boolean letGo(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null
                && now.stage() >= 0
                && recorded(RolloutFacts.letGo(now, by, "the rest of " + skipped(workload, now)));
    }

    /** What a stage has to go through: nobody should have to guess what was passed over. */
    private String skipped(ObjectKey workload, Progress now) {
        List<Rollout.Stage> stages = seen.getOrDefault(workload, Seen.NOTHING).stages();
        if (now.stage() >= stages.size()) {
            return "stage " + now.stage();
        }
        Rollout.Stage stage = stages.get(now.stage());
        return Stream.concat(Stream.of("stage " + stage.title()), StageGuards.names(stage.guards()).stream())
                .collect(Collectors.joining(", "));
    }

    /** Takes it back. @return false when it is not on its way */
    public boolean abort(ObjectKey workload, String by) {
        Progress now = running(workload);
        return now != null && recorded(RolloutFacts.aborted(now, by));
    }

    /** Whether a new version of it is on its way, alone or with others. */
    public boolean isRunning(ObjectKey workload) {
        return book.all().stream()
                .map(Page::progress)
                .anyMatch(each -> each.isRunning() && each.workloads().contains(workload));
    }

    private @Nullable Progress running(ObjectKey workload) {
        Progress now = progress(workload);
        return now != null && now.isRunning() ? now : null;
    }

    private boolean recorded(Entry entry) {
        book.record(entry);
        return true;
    }
}
