package io.homeostat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homeostat.converge.Target.Live;
import io.homeostat.model.Expressions;
import io.homeostat.model.Expressions.Outcome;
import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Two workloads of one name are two. */
class WorkloadSignalsTest {

    private static final List<Live> LIVES = List.of(
            workload("Deployment", "shop", "web", 3),
            workload("Deployment", "blue", "web", 1),
            workload("StatefulSet", "shop", "db", 2),
            workload("Service", "shop", "other", 0));

    private static Live workload(String kind, String namespace, String name, int ready) {
        return new Live(
                new ObjectKey("apps", kind, namespace, name),
                "shop",
                "",
                "",
                "",
                Node.Mapping.EMPTY.with("spec", Node.Mapping.EMPTY.with("replicas", 3)),
                Node.Mapping.EMPTY.with("readyReplicas", ready),
                List.of());
    }

    private static Outcome outcome(String expression, String... namespaces) {
        return Expressions.evaluateSignals(
                expression, Node.Mapping.EMPTY.with("workload", WorkloadSignals.of(LIVES, Set.of(namespaces))));
    }

    private static String reason(String expression, String... namespaces) {
        assertThat(outcome(expression, namespaces)).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome(expression, namespaces)).reason();
    }

    @Test
    void eachIsItsNamespacesOwn() {
        assertThat(outcome("workload['shop/web'].ready == 3 && workload['blue/web'].ready == 1"))
                .isInstanceOf(Outcome.Holds.class);
        assertThat(outcome("workload['web'].ready == 3", "shop")).isInstanceOf(Outcome.Holds.class);
        assertThat(outcome("workload['web'].ready == 3", "blue")).isInstanceOf(Outcome.HoldsNot.class);
        assertThat(outcome("workload['db'].ready == 2 && workload['db'].wanted == 3", "blue"))
                .as("the only one of its name")
                .isInstanceOf(Outcome.Holds.class);
    }

    @Test
    void whatDoesNotSayWhichSaysSo() {
        assertThat(reason("workload['web'].ready == 3"))
                .isEqualTo("several are called workload['web']: say which, 'blue/web' or 'shop/web'");
        assertThat(reason("workload['web'].ready == 3", "blue", "shop")).contains("say which");
        assertThat(reason("workload[\"dbb\"].ready == 3")).isEqualTo("there is no workload['dbb']; did you mean 'db'?");
        assertThat(reason("workload['other'].ready == 3")).isEqualTo("there is no workload['other']");
    }
}
