package io.homeostat.deliver.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.History;
import io.homeostat.converge.Plan;
import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.converge.Step;
import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Strategy.Answer;
import io.homeostat.converge.Strategy.Look;
import io.homeostat.converge.Target;
import io.homeostat.converge.Traffic;
import io.homeostat.deliver.rollout.Progress.Phase;
import io.homeostat.journal.FileJournal;
import io.homeostat.model.Application;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import io.homeostat.model.Problem;
import io.homeostat.model.Rollout;
import io.homeostat.model.Rollout.Stage;
import io.homeostat.model.SyncPolicy;
import io.homeostat.source.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rollout on its way, and what else happens to its application meanwhile. The target is a model of what {@link Traffic} says. */
class RolloutsTest {

    private static final ObjectKey WEB = new ObjectKey("apps", "Deployment", "default", "web");
    private static final Rollout CANARY = canary(null);

    @TempDir
    Path directory;

    private final Place place = new Place();
    private FileJournal journal;
    private Rollouts rollouts;

    /** Half of the traffic is the second version's. */
    @BeforeEach
    void open() throws IOException {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));
        journal = FileJournal.open(directory, clock);
        rollouts = new Rollouts(place, History.open(journal), clock, new Quiet());
        place.declare(WEB, "web-1");
        assertThat(goes(SECOND, Cause.CHANGE)).isInstanceOf(Answer.Underway.class);
        assertThat(progress().stage()).isZero();
        assertThat(weight()).isEqualTo(50);
    }

    @AfterEach
    void close() throws IOException {
        rollouts.close();
        journal.close();
    }

    private static Rollout canary(@Nullable String error) {
        List<Stage> stages = List.of(
                new Stage("50 %", 50, 50, Duration.ZERO, true), new Stage("all", 100, 100, Duration.ZERO, false));
        return new Rollout(
                "web",
                List.of(WEB),
                null,
                error == null ? stages : List.of(),
                false,
                null,
                null,
                List.of(),
                0,
                error,
                Position.NONE);
    }

    /** Nothing but the versions says anything. */
    private static final class Quiet implements Surroundings {
        @Override
        public String objective(String name) {
            return "";
        }

        @Override
        public Node.Mapping signals() {
            return Node.Mapping.EMPTY;
        }

        @Override
        public Tested experiment(String name, Instant since, String rollout) {
            return new Tested.Held();
        }

        @Override
        public boolean isRunning(String experiment) {
            return false;
        }

        @Override
        public Looked look(Rollout.Look look, String stable, String canary) {
            return new Looked(Looked.State.UNKNOWN, "");
        }
    }

    /** Where one workload runs: two instances of the stable version, and what the split says of the declared one. */
    private static final class Place implements Target, Traffic {
        private final Map<ObjectKey, Live> lives = new TreeMap<>();
        private String stable = "web-1";
        private int stableAvailable = 2;
        private boolean canaryIsUp = true;
        private @Nullable Split split;

        void declare(ObjectKey key, String digest) {
            Node.Mapping content = Node.Mapping.EMPTY.with("spec", Node.Mapping.EMPTY.with("replicas", 2));
            lives.put(key, new Live(key, "shop", "r", "web.yaml", digest, content, status(digest), List.of()));
        }

        /** As on one machine: instances of both versions are counted together. */
        private Node.Mapping status(String digest) {
            boolean isOne = digest.equals(stable);
            int canary = !isOne && canaryIsUp ? 1 : 0;
            return Node.Mapping.EMPTY
                    .with("replicas", isOne ? 2 : 3)
                    .with("updatedReplicas", isOne ? 2 : 1)
                    .with("availableReplicas", stableAvailable + canary);
        }

        @Override
        public Map<ObjectKey, Live> observe() {
            Map<ObjectKey, Live> now = new TreeMap<>();
            lives.forEach((key, live) -> now.put(
                    key,
                    new Live(
                            key,
                            live.application(),
                            live.revision(),
                            live.origin(),
                            live.appliedDigest(),
                            live.content(),
                            status(live.appliedDigest()),
                            List.of())));
            return now;
        }

        @Override
        public Traffic traffic() {
            return this;
        }

        @Override
        public void split(ObjectKey workload, @Nullable Split wanted) {
            split = wanted;
        }

        @Override
        public @Nullable Arms arms(ObjectKey workload) {
            Live live = lives.get(workload);
            if (live == null || live.appliedDigest().equals(stable)) {
                return null;
            }
            return new Arms(
                    new Arm(stable, 2, stableAvailable, 0, null, List.of()),
                    new Arm(live.appliedDigest(), 1, canaryIsUp ? 1 : 0, 0, null, List.of()),
                    null,
                    split,
                    true);
        }

        @Override
        public List<Problem> check(Document document, Environment environment) {
            return List.of();
        }

        @Override
        public Document complete(Document document, Environment environment, Snapshot snapshot) {
            return document;
        }

        @Override
        public void prepare(Plan plan, @Nullable Application application) {}

        @Override
        public void apply(Step step, Snapshot snapshot) {}

        @Override
        public Watch watch(Consumer<String> changed) {
            return () -> {};
        }

        @Override
        public List<Evidence> evidence(ObjectKey object) {
            return List.of();
        }

        @Override
        public void logs(ObjectKey object, LogOptions options, LogSink sink) {}

        @Override
        public void close() {}
    }

    /** One look at a commit: its name is the digest of the whole, and it declares these workloads. */
    private record Commit(String name, Map<ObjectKey, String> declares, List<Rollout> says) {

        static Commit of(String name, String web) {
            return new Commit(name, Map.of(WEB, web), List.of(CANARY));
        }

        Commit saying(Rollout... rollouts) {
            return new Commit(name, declares, List.of(rollouts));
        }

        Commit without() {
            return new Commit(name, Map.of(), says);
        }
    }

    private static final Commit FIRST = Commit.of("first", "web-1");
    private static final Commit SECOND = Commit.of("second", "web-2");
    private static final Commit THIRD = Commit.of("third", "web-3");

    private Look look(Commit commit, Cause cause, boolean isNew, boolean mayAct) {
        List<Declared> declared = new ArrayList<>();
        commit.declares().forEach((key, digest) -> {
            Node.Mapping content = Node.Mapping.EMPTY.with("kind", key.kind());
            declared.add(
                    new Declared(new Document(key, "apps/v1", content), "shop", commit.name(), "web.yaml", digest, 0));
        });
        Application shop = new Application("shop", "apps/shop", List.of(), SyncPolicy.DEFAULT, null, Position.NONE);
        return new Look(
                "shop",
                commit.name(),
                new Rendered(shop, declared, commit.name(), List.of()),
                commit.says(),
                cause,
                isNew,
                true,
                mayAct,
                place.observe());
    }

    /** As the loop does it: prepared, declared, looked at. */
    private Answer goes(Commit commit, Cause cause) throws IOException {
        assertThat(rollouts.prepare(look(commit, cause, true, true))).isNull();
        place.lives.keySet().removeIf(key -> !commit.declares().containsKey(key));
        commit.declares().forEach(place::declare);
        return rollouts.look(look(commit, cause, true, true));
    }

    /** Something holds the commit, so nothing of it is declared. */
    private Answer waits(Commit commit) throws IOException {
        return rollouts.look(look(commit, Cause.CHANGE, true, false));
    }

    private Progress progress() {
        return rollouts.all().getFirst().progress();
    }

    private int weight() {
        return Objects.requireNonNull(place.split).weight();
    }

    private List<String> story() throws IOException {
        return journal.last(100, event -> true).stream()
                .map(event -> event.type())
                .toList();
    }

    @Test
    void aRollbackEndsItAndAReleaseBeginsItAnew() throws IOException {
        assertThat(goes(FIRST, Cause.ROLLBACK)).isEqualTo(new Answer.Free());
        assertThat(progress().phase()).isEqualTo(Phase.SUPERSEDED);
        assertThat(progress().reason()).isEqualTo("the application went back to first");
        assertThat(place.split).isNull();
        assertThat(rollouts.isRunning(WEB)).isFalse();
        rollouts.look(look(FIRST, Cause.ROLLBACK, false, true));
        assertThat(story()).as("said once").containsOnlyOnce("rollout.superseded");

        place.canaryIsUp = false;
        assertThat(goes(SECOND, Cause.CHANGE)).isInstanceOf(Answer.Underway.class);
        assertThat(progress().isRunning()).isTrue();
        assertThat(progress().stage()).isEqualTo(-1);
        assertThat(weight()).isZero();
    }

    @Test
    void aRollbackThatIsNotDeclaredYetEndsNothing() throws IOException {
        rollouts.look(look(FIRST, Cause.ROLLBACK, true, false));
        assertThat(progress().isRunning()).isTrue();
        assertThat(weight()).isEqualTo(50);
    }

    @Test
    void withoutItsRolloutItIsOver() throws IOException {
        rollouts.look(look(SECOND.saying(), Cause.CHANGE, false, true));
        assertThat(progress().phase()).isEqualTo(Phase.SUPERSEDED);
        assertThat(progress().reason()).isEqualTo("no Rollout is about Deployment/web any more");
        assertThat(place.split).isNull();
    }

    @Test
    void withoutItsWorkloadItIsOverOnceThatIsGone() throws IOException {
        rollouts.look(look(THIRD.without(), Cause.CHANGE, true, true));
        assertThat(progress().isRunning()).as("it still runs").isTrue();
        goes(THIRD.without(), Cause.CHANGE);
        assertThat(progress().phase()).isEqualTo(Phase.SUPERSEDED);
        assertThat(progress().reason()).isEqualTo("Deployment/web is no part of the application any more");
    }

    @Test
    void withoutItsApplicationItIsOver() {
        rollouts.gone("another");
        assertThat(progress().isRunning()).isTrue();
        rollouts.gone("shop");
        assertThat(progress().phase()).isEqualTo(Phase.SUPERSEDED);
    }

    @Test
    void aFixGoesAtOnceWhenTheStableVersionIsDownBesideACanary() throws IOException {
        place.stableAvailable = 0;
        assertThat(rollouts.prepare(look(THIRD, Cause.CHANGE, true, true))).isNull();
        assertThat(place.split).isNull();
        place.declare(WEB, "web-3");
        assertThat(rollouts.look(look(THIRD, Cause.CHANGE, true, true))).isEqualTo(new Answer.Free());
        assertThat(place.split).isNull();
        assertThat(progress().phase()).isEqualTo(Phase.SUPERSEDED);
        assertThat(story()).containsOnlyOnce("rollout.started").contains("rollout.superseded", "rollout.skipped");
    }

    @Test
    void nothingIsPassedOverBySomethingThatMayNotGo() throws IOException {
        place.stableAvailable = 0;
        ObjectKey api = new ObjectKey("apps", "Deployment", "default", "api");
        Rollout wrong = new Rollout(
                "api", List.of(api), null, List.of(), false, null, null, List.of(), 0, "no steps", Position.NONE);
        place.declare(api, "api-1");
        Map<ObjectKey, String> both = new LinkedHashMap<>();
        both.put(WEB, "web-3");
        both.put(api, "api-2");
        Commit commit = new Commit("third", both, List.of(CANARY, wrong));
        assertThat(rollouts.prepare(look(commit, Cause.CHANGE, true, true))).contains("no steps");
        assertThat(weight()).isEqualTo(50);
        assertThat(story()).doesNotContain("rollout.superseded", "rollout.skipped");
    }

    @Test
    void whileTheStableVersionIsThereANewerCommitBeginsWithTheFirstStage() throws IOException {
        goes(THIRD, Cause.CHANGE);
        assertThat(progress().digest()).isEqualTo("third");
        assertThat(story()).contains("rollout.superseded").doesNotContain("rollout.skipped");
    }

    @Test
    void whileANewerCommitIsHeldTheCanaryStaysAsItIs() throws IOException {
        assertThat(waits(THIRD)).isInstanceOf(Answer.Underway.class);
        Commit elsewhere = new Commit("elsewhere", SECOND.declares(), SECOND.says());
        assertThat(waits(elsewhere)).isInstanceOf(Answer.Underway.class);
        rollouts.letGo(WEB, "ann");
        assertThat(waits(THIRD)).isInstanceOf(Answer.Underway.class);
        assertThat(weight()).isEqualTo(50);
        assertThat(progress().digest()).isEqualTo("second");
        assertThat(progress().isRunning()).isTrue();
        assertThat(story()).containsOnlyOnce("rollout.started");
    }

    @Test
    void whileANewerCommitIsHeldWhatDiesLosesItsTraffic() throws IOException {
        place.canaryIsUp = false;
        waits(THIRD);
        assertThat(progress().phase()).isEqualTo(Phase.FAILED);
        assertThat(progress().reason()).contains("none of its instances is ready");
        assertThat(weight()).isZero();
        waits(THIRD);
        assertThat(weight()).isZero();

        place.canaryIsUp = true;
        goes(THIRD, Cause.CHANGE);
        assertThat(progress().digest()).isEqualTo("third");
        assertThat(progress().isRunning()).isTrue();
    }

    @Test
    void whileANewerCommitIsHeldAnAbortTakesTheTrafficBack() throws IOException {
        rollouts.abort(WEB, "ann");
        waits(THIRD);
        assertThat(weight()).isZero();
        assertThat(progress().phase()).isEqualTo(Phase.ABORTED);
    }

    @Test
    void whileTheWayBackIsHeldItIsWatchedToo() throws IOException {
        place.canaryIsUp = false;
        rollouts.look(look(FIRST, Cause.ROLLBACK, true, false));
        assertThat(progress().phase()).isEqualTo(Phase.FAILED);
        assertThat(weight()).isZero();
    }

    @Test
    void aRolloutThatIsWrongNowBringsNothingInAtOnceAndWhatDiesIsBad() throws IOException {
        Commit wrong = SECOND.saying(canary("kep is no field"));
        assertThat(rollouts.prepare(look(wrong, Cause.CHANGE, false, true))).contains("kep is no field");
        assertThat(rollouts.look(look(wrong, Cause.CHANGE, false, false))).isInstanceOf(Answer.Underway.class);
        assertThat(weight()).isEqualTo(50);

        place.canaryIsUp = false;
        assertThat(rollouts.look(look(wrong, Cause.CHANGE, false, false))).isInstanceOf(Answer.Bad.class);
        assertThat(weight()).isZero();
    }

    @Test
    void aRolloutThatIsDeletedWhileSomethingHoldsTheApplicationGoesNoFurther() throws IOException {
        assertThat(rollouts.look(look(SECOND.saying(), Cause.CHANGE, false, false)))
                .isInstanceOf(Answer.Underway.class);
        assertThat(weight()).isEqualTo(50);
        assertThat(progress().isRunning()).isTrue();
    }
}
