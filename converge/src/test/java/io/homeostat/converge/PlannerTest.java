package io.homeostat.converge;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Step.Cause;
import io.homeostat.converge.Step.Declared;
import io.homeostat.converge.Target.Live;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PlannerTest {

    private static final Node.Mapping SPEC = Node.Mapping.EMPTY.with("replicas", 1);

    private final Map<ObjectKey, Live> observed = new HashMap<>();

    @Test
    void whatIsMissingIsCreatedInTheOrderInWhichOthersNeedIt() {
        Plan plan = plan(
                Cause.CHANGE,
                false,
                World.declared("shop", "Deployment", "web", "web.yaml", SPEC),
                World.declared("shop", "Service", "web", "web.yaml", SPEC),
                World.declared("shop", "ConfigMap", "web", "web.yaml", SPEC));
        assertThat(plan.steps())
                .extracting(step -> step.key().kind())
                .containsExactly("ConfigMap", "Service", "Deployment");
        assertThat(plan.steps()).allMatch(Step.Create.class::isInstance);
    }

    @Test
    void anUpdateNamesEachFieldThatChanges() {
        observe(World.declared("shop", "Deployment", "web", "web.yaml", SPEC));
        Plan plan = plan(
                Cause.CHANGE,
                false,
                World.declared(
                        "shop",
                        "Deployment",
                        "web",
                        "web.yaml",
                        SPEC.with("replicas", 3).with("paused", "no")));
        assertThat(plan.steps()).singleElement().isInstanceOfSatisfying(Step.Update.class, update -> {
            assertThat(update.changes()).extracting(Change::path).containsExactly("spec.replicas", "spec.paused");
            assertThat(update.cause()).isEqualTo(Cause.CHANGE);
        });
    }

    @Test
    void aDifferenceThatGitDidNotAskForIsARepair() {
        Declared web = World.declared("shop", "Deployment", "web", "web.yaml", SPEC);
        observe(web);
        Live live = Objects.requireNonNull(observed.get(web.document().key()));
        observed.put(live.key(), edited(live, live.content().with("spec", SPEC.with("replicas", 9))));
        assertThat(plan(Cause.CHANGE, true, web).steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Update.class, update -> assertThat(update.cause()).isEqualTo(Cause.REPAIR));
    }

    @Test
    void whatDisappearsAfterItWasAppliedIsARepair() {
        assertThat(plan(Cause.CHANGE, true, World.declared("shop", "ConfigMap", "c", "c.yaml", SPEC))
                        .steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Create.class, create -> assertThat(create.cause()).isEqualTo(Cause.REPAIR));
    }

    @Test
    void anImmutableFieldNeedsAReplacementThatSaysWhy() {
        observe(World.declared("shop", "Deployment", "web", "web.yaml", SPEC.with("selector", "a")));
        assertThat(plan(
                                Cause.CHANGE,
                                false,
                                World.declared("shop", "Deployment", "web", "web.yaml", SPEC.with("selector", "b")))
                        .steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Replace.class,
                        replace -> assertThat(replace.reason()).contains("spec.selector"));
    }

    @Test
    void theSameObjectInAnotherFileIsAMoveAndNothingElse() {
        observe(World.declared("shop", "ConfigMap", "c", "old.yaml", SPEC));
        assertThat(plan(Cause.CHANGE, false, World.declared("shop", "ConfigMap", "c", "new.yaml", SPEC))
                        .steps())
                .singleElement()
                .isInstanceOfSatisfying(Step.Move.class, move -> {
                    assertThat(move.fromOrigin()).isEqualTo("old.yaml");
                    assertThat(move.changes()).isEmpty();
                });
    }

    @Test
    void anObjectThatAnotherApplicationStillDeclaresIsBlocked() {
        observe(World.declared("other", "ConfigMap", "c", "c.yaml", SPEC));
        Declared mine = World.declared("shop", "ConfigMap", "c", "c.yaml", SPEC);
        Plan plan = Planner.plan(
                new Planner.Question("shop", "r", List.of(mine), Cause.CHANGE, false, true),
                observed,
                Planner.Claims.of(key -> "other"));
        assertThat(plan.steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        Step.Blocked.class,
                        blocked -> assertThat(blocked.reason()).contains("'other' declares it too"));
    }

    @Test
    void whatLeftGitIsDeletedUnlessItIsAnnotatedToStay() {
        observe(World.declared("shop", "ConfigMap", "gone", "c.yaml", SPEC));
        observe(World.declared("shop", "ConfigMap", "stays", "c.yaml", SPEC));
        ObjectKey stays = new ObjectKey("", "ConfigMap", "default", "stays");
        Node.Mapping annotations =
                Node.Mapping.EMPTY.with("annotations", Node.Mapping.EMPTY.with(Planner.PRUNE, "disabled"));
        Live live = Objects.requireNonNull(observed.get(stays));
        observed.put(stays, edited(live, live.content().with("metadata", annotations)));
        assertThat(plan(Cause.CHANGE, false).steps())
                .extracting(PlanSummary::action)
                .containsExactlyInAnyOrder("delete", "kept");
    }

    @Test
    void aListOfNamedThingsIsComparedByName() {
        Node before = list("a", "b");
        Node after = list("x", "a", "b");
        List<Change> changes = Diff.between(
                Node.Mapping.EMPTY.with("containers", before), Node.Mapping.EMPTY.with("containers", after));
        assertThat(changes).extracting(Change::path).containsExactly("containers[x]");
        assertThat(Diff.between(
                        Node.Mapping.EMPTY.with("containers", list("a", "b")),
                        Node.Mapping.EMPTY.with("containers", list("b", "a"))))
                .extracting(Change::path)
                .containsExactly("containers (order)");
    }

    @Test
    void aSecretInAPlanDoesNotShow() {
        Node.Mapping before =
                Node.Mapping.EMPTY.with("data", Node.Mapping.EMPTY.with("p", new Node.Hidden("one", Position.NONE)));
        Node.Mapping after =
                Node.Mapping.EMPTY.with("data", Node.Mapping.EMPTY.with("p", new Node.Hidden("two", Position.NONE)));
        assertThat(Diff.between(before, after).toString()).contains("‹secret›").doesNotContain("one", "two");
    }

    private static Node list(String... names) {
        return new Node.Sequence(
                List.of(names).stream()
                        .<Node>map(name -> Node.Mapping.EMPTY.with("name", name))
                        .toList(),
                Position.NONE);
    }

    private void observe(Declared declared) {
        World world = new World();
        world.apply(new Step.Create(declared, Cause.CHANGE));
        observed.putAll(world.objects);
    }

    private static Live edited(Live live, Node.Mapping content) {
        return new Live(
                live.key(),
                live.application(),
                live.revision(),
                live.origin(),
                live.appliedDigest(),
                content,
                live.status(),
                live.drift());
    }

    private Plan plan(Cause cause, boolean settled, Declared... desired) {
        return Planner.plan(
                new Planner.Question("shop", "r", List.of(desired), cause, settled, true),
                observed,
                Planner.Claims.of(key -> null));
    }
}
