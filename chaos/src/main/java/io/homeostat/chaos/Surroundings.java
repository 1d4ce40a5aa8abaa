package io.homeostat.chaos;

import io.homeostat.model.Node;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.chaos.Calendar;
import io.homeostat.model.chaos.Exclusion;
import io.homeostat.model.chaos.Experiment;
import io.homeostat.model.chaos.Extension;
import io.homeostat.model.slo.Slo;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the rest of the house knows that experiments need. */
public interface Surroundings {

    /** Those that the newest revision declares. */
    List<Experiment> declared();

    /** The newest revision; empty before the first. */
    String revision();

    /** When nothing may be disturbed. */
    List<Calendar> calendars();

    /** What nobody is to exercise. */
    List<Exclusion> exclusions();

    /** Faults of others that the newest revision declares. */
    List<Extension> extensions();

    List<Slo> slos();

    /** What conditions see: {@code {slo: {…}, edge: {…}, workload: {…}, application: {…}}}. */
    Node.Mapping signals();

    /** Workloads and Services that run here, by name ({@code Deployment/web}). */
    Map<String, Component> components() throws IOException;

    /**
     * Why nothing may be done to these now, or not any longer: a freeze, a rollout, a spent budget. One sentence each.
     *
     * @param experiment who asks: a rollout that waits for just this one does not object
     */
    List<String> objections(String experiment, Set<String> components);

    /** Alerts of objectives of these that fire now, each as {@code burn-1h of web}: an incident is open. */
    Set<String> alerts(Set<String> components);

    /** What is left of each error budget that these have a part in, by the SLO: 1 all of it, 0 nothing, less when overdrawn. */
    Map<String, Double> budgets(Set<String> components);

    /** The same, where a name without a namespace is first of all one of the namespaces in which the experiment does something. */
    default Surroundings seenBy(Experiment experiment) {
        return this;
    }

    /**
     * The URL with the address of a Service in place of its name; as it is when its host is none.
     *
     * @throws IOException when the name does not say which, or it is not known what there is
     */
    String resolve(String url) throws IOException;

    /**
     * A workload or a Service.
     *
     * @param digest of what it was declared as: another digest, another thing
     * @param application that owns it
     * @param optedOut nobody may touch it
     * @param tier how much it matters: 1 or more
     * @param serves the Services that send requests to it
     * @param unwell what is not as declared; null when it is well
     * @param updating how far an ordinary update of it is, one without a Rollout; null when there is none
     * @param syncing why its application is not where it is to be yet; null when it is
     * @param spec of a workload, as it stands; empty of a Service
     * @param configMaps the names of those that its application declares in its namespace
     */
    record Component(
            ObjectKey key,
            String digest,
            String application,
            boolean optedOut,
            double tier,
            Set<String> serves,
            @Nullable String unwell,
            @Nullable String updating,
            @Nullable String syncing,
            Node.Mapping spec,
            Set<String> configMaps) {}
}
