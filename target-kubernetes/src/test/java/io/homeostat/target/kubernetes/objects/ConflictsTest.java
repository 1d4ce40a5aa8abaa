package io.homeostat.target.kubernetes.objects;

import static io.homeostat.target.kubernetes.objects.Yamls.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.objects.Conflicts.Answer;
import io.homeostat.target.kubernetes.objects.Conflicts.Conflict;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConflictsTest {

    private static final Node.Mapping DESIRED = tree("""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              template:
                spec:
                  containers:
                    - {name: main, image: a, ports: [{containerPort: 80, protocol: TCP}]}
            """);
    private static final String IMAGE = ".spec.template.spec.containers[name=\"main\"].image";

    @Test
    void whatWasOursIsTakenBack() {
        assertThat(Conflicts.decide(List.of(new Conflict("kubectl-edit", IMAGE)), DESIRED, DESIRED))
                .isInstanceOf(Answer.TakeBack.class);
    }

    @Test
    void whatNeverWasOursIsRefusedWithItsOwnersName() {
        Answer answer = Conflicts.decide(List.of(new Conflict("argocd", IMAGE)), Node.Mapping.EMPTY, DESIRED);
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Refuse.class,
                        refuse -> assertThat(refuse.reason())
                                .contains("spec.template.spec.containers[name=\"main\"].image belongs to 'argocd'")
                                .contains("homeostat.io/conflicts: force"));
    }

    @Test
    void whatAControllerSetsIsLeftOutOfTheRequest() {
        Answer answer = Conflicts.decide(
                List.of(new Conflict("kube-controller-manager", ".spec.replicas")), Node.Mapping.EMPTY, DESIRED);
        assertThat(answer).isEqualTo(new Answer.LeaveOut(List.of(".spec.replicas")));
        assertThat(Conflicts.without(DESIRED, Set.of(".spec.replicas", IMAGE)).toString())
                .doesNotContain("replicas")
                .doesNotContain("image")
                .contains("containerPort: 80");
    }

    @Test
    void pathsAreWrittenAsAnApiServerWritesThem() {
        assertThat(Conflicts.paths(DESIRED))
                .contains(
                        IMAGE,
                        ".spec.template.spec.containers[name=\"main\"].ports[containerPort=80,protocol=\"TCP\"]");
    }
}
