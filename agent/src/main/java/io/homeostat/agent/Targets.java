package io.homeostat.agent;

import io.homeostat.converge.Completion;
import io.homeostat.model.Document;
import io.homeostat.model.Environment;
import io.homeostat.model.Problem;
import io.homeostat.source.Snapshot;
import io.homeostat.target.kubernetes.KubernetesCompletion;
import io.homeostat.target.local.LocalTarget;
import java.io.IOException;
import java.util.List;

/** The targets there are, by the word that an Environment has for each. */
public final class Targets {

    public static final String LOCAL = "local";
    public static final String KUBERNETES = "kubernetes";

    /** Only what is asked of it is loaded: a machine alone pays nothing for clusters. */
    private static final Completion BY_ENVIRONMENT = new Completion() {
        @Override
        public List<Problem> check(Document document, Environment environment) {
            return of(environment).check(document, environment);
        }

        @Override
        public Document complete(Document document, Environment environment, Snapshot snapshot) throws IOException {
            return of(environment).complete(document, environment, snapshot);
        }

        @Override
        public List<Document> expand(Document document, Environment environment) {
            return of(environment).expand(document, environment);
        }

        private static Completion of(Environment environment) {
            return environment.target().equals(KUBERNETES) ? new KubernetesCompletion() : LocalTarget.completion();
        }
    };

    private Targets() {}

    /** What each Environment's own target accepts, and makes of a document; needs no running target. */
    public static Completion completion() {
        return BY_ENVIRONMENT;
    }
}
