package io.homeostat.target.kubernetes.objects;

import static io.homeostat.target.kubernetes.objects.Yamls.applied;
import static io.homeostat.target.kubernetes.objects.Yamls.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import org.junit.jupiter.api.Test;

/** What was applied and what is there: only somebody's doing is a difference. */
class ComparisonTest {

    private static final String DECLARED = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              template:
                spec:
                  containers:
                    - {name: main, image: a, args: [x, y], resources: {limits: {cpu: 1000m}}}
            """;

    private static String live(String replicas, String image, String cpu, String manager) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: web
                  uid: u
                  managedFields:
                    - {manager: homeostat, operation: Apply, fieldsV1: {"f:spec": {"f:template": {}}}}
                    - manager: %4$s
                      operation: Update
                      fieldsV1:
                        "f:spec":
                          "f:replicas": {}
                          "f:template":
                            "f:spec":
                              "f:containers":
                                'k:{"name":"main"}': {"f:image": {}}
                spec:
                  replicas: %1$s
                  strategy: {type: RollingUpdate}
                  template:
                    spec:
                      containers:
                        - {name: sidecar, image: s}
                        - {name: main, image: %2$s, args: [x, y], resources: {limits: {cpu: %3$s}}, imagePullPolicy: Always}
                """.formatted(replicas, image, cpu, manager);
    }

    @Test
    void aConditionSaysWhichDifferencesAreNone() {
        String condition = "path.endsWith('/image') && found.startsWith('mirror/') && declared == 'a'";
        String declared = DECLARED.replace(
                "{name: web}", "{name: web, annotations: {homeostat.io/ignore-where: \"" + condition + "\"}}");
        Applied applied = applied(declared);
        Comparison.Seen mirrored = Comparison.of(applied, annotated(live("2", "mirror/a", "1000m", "hand"), condition));
        assertThat(mirrored.content()).isEqualTo(applied.content());
        assertThat(mirrored.left()).containsExactly("/spec/template/spec/containers/0/image");
        Comparison.Seen changed = Comparison.of(applied, annotated(live("3", "b", "1000m", "hand"), condition));
        assertThat(changed.writers())
                .containsOnlyKeys("/spec/replicas", "/spec/template/spec/containers/0/image")
                .allSatisfy((path, writers) -> assertThat(writers).containsExactly("hand"));
    }

    private static Node.Mapping annotated(String live, String condition) {
        Node.Mapping tree = tree(live);
        Node.Mapping annotations = Node.Mapping.EMPTY.with(Annotations.IGNORE_WHERE, condition);
        return tree.with("metadata", tree.mapping("metadata").with("annotations", annotations));
    }

    @Test
    void whatTheClusterAddedIsNoDifference() {
        Applied applied = applied(DECLARED);
        Comparison.Seen seen = Comparison.of(applied, tree(live("2", "a", "1000m", "somebody")));
        assertThat(seen.content()).isEqualTo(applied.content());
        assertThat(seen.writers()).isEmpty();
    }

    @Test
    void whatTheClusterWroteDifferentlyAtOnceIsNoDifference() {
        Applied applied = applied(DECLARED);
        applied = applied.withSettled(Projection.of(applied.content(), tree(live("2", "a", "1", "somebody"))));
        Comparison.Seen untouched = Comparison.of(applied, tree(live("2", "a", "1", "somebody")));
        assertThat(untouched.content()).isEqualTo(applied.content());

        Comparison.Seen touched = Comparison.of(applied, tree(live("2", "b", "1", "somebody")));
        assertThat(touched.content().toString()).contains("image: b").contains("cpu: 1000m");
        assertThat(touched.writers()).containsOnlyKeys("/spec/template/spec/containers/0/image");
    }

    @Test
    void whatSomebodyChangedIsSeenWithWhoDidIt() {
        Comparison.Seen seen = Comparison.of(applied(DECLARED), tree(live("5", "b", "1000m", "kubectl-edit")));
        assertThat(seen.content().mapping("spec").integer("replicas", 0)).isEqualTo(5);
        assertThat(seen.writers().get("/spec/replicas")).containsExactly("kubectl-edit");
        assertThat(seen.writers().get("/spec/template/spec/containers/0/image")).containsExactly("kubectl-edit");
    }

    @Test
    void whatAnAutoscalerSetIsLeftToIt() {
        Applied applied = applied(DECLARED);
        Comparison.Seen seen = Comparison.of(applied, tree(live("5", "a", "1000m", "kube-controller-manager")));
        assertThat(seen.content()).isEqualTo(applied.content());
        assertThat(seen.left()).containsExactly("/spec/replicas");
        assertThat(Pointers.without(applied.content(), seen.left())
                        .mapping("spec")
                        .get("replicas"))
                .isNull();
    }

    @Test
    void whatIsToBeIgnoredIsLeftAsItIs() {
        Applied applied = applied(DECLARED.replace(
                "{name: web}", "{name: web, annotations: {homeostat.io/ignore-differences: /spec/replicas}}"));
        String live = live("5", "b", "1000m", "kubectl")
                .replace(
                        "name: web\n", "name: web\n  annotations: {homeostat.io/ignore-differences: /spec/replicas}\n");
        Comparison.Seen seen = Comparison.of(applied, tree(live));
        assertThat(seen.left()).containsExactly("/spec/replicas");
        assertThat(seen.writers()).containsOnlyKeys("/spec/template/spec/containers/0/image");
    }

    @Test
    void pointersMatchStepByStep() {
        assertThat(Exceptions.matches("/spec/*/image", "/spec/0/image")).isTrue();
        assertThat(Exceptions.matches("/spec/*/image", "/spec/0/1/image")).isFalse();
        assertThat(Exceptions.matches("/spec", "/spec/replicas")).isFalse();
    }
}
