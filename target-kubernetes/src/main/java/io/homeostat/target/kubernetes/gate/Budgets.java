package io.homeostat.target.kubernetes.gate;

import io.homeostat.model.Document;
import io.homeostat.model.Node;
import io.homeostat.target.kubernetes.api.Resources;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The disruption budgets of gates, which nobody wrote: in the version that the cluster serves. Before 1.21 that is an older one. */
public final class Budgets {

    private static final String NEW = "policy/v1";
    private static final String OLD = "policy/v1beta1";

    private final Resources resources;
    private volatile @Nullable Boolean isOld;

    public Budgets(Resources resources) {
        this.resources = resources;
    }

    public Document asServed(Document document) {
        if (!document.key().kind().equals("PodDisruptionBudget")
                || !document.apiVersion().equals(NEW)
                || !GatedService.isGates(document)) {
            return document;
        }
        return isOld()
                ? new Document(document.key(), OLD, document.content().with("apiVersion", Node.Text.of(OLD)))
                : document;
    }

    private boolean isOld() {
        Boolean known = isOld;
        if (known == null) {
            try {
                known = resources.find(NEW, "PodDisruptionBudget") == null
                        && resources.find(OLD, "PodDisruptionBudget") != null;
                isOld = known;
            } catch (IOException unreachable) {
                // Nothing is applied now either; the next revision is asked for again.
                return false;
            }
        }
        return known;
    }
}
