package io.homeostat.converge;

import io.homeostat.converge.Step.Declared;
import io.homeostat.model.Application;
import io.homeostat.model.Environment;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Problem;
import io.homeostat.model.slo.Promises;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one revision says an environment should be. A mistake in one application's files leaves the others untouched; one in
 * the environment itself ({@link #broken}) leaves all of them as they were.
 *
 * @param applications by name
 * @param owners which application declares an object
 * @param promises objectives, policies and notifiers; their mistakes keep nothing from being applied
 * @param problems every problem of the revision, those of the promises last
 * @param broken errors that concern no single application; when there are any, nothing of the revision is applied
 */
public record Rendering(
        String revision,
        Environment environment,
        SortedMap<String, Rendered> applications,
        Map<ObjectKey, String> owners,
        Promises promises,
        List<Problem> problems,
        List<Problem> broken) {

    /** Code of a problem that may be gone the next time, without a new revision. */
    static final String AWAY = "chart-away";

    /**
     * @param digest over all its completed documents: equal digest, same thing to run
     * @param problems those in its own files
     */
    public record Rendered(Application application, List<Declared> declared, String digest, List<Problem> problems) {

        public boolean isValid() {
            return problems.stream().noneMatch(Problem::isError);
        }
    }

    public @Nullable Rendered application(String name) {
        return applications.get(name);
    }

    /** Something that it needs could not be had; rendering it again may say more. */
    boolean isUnfinished() {
        return problems.stream().anyMatch(problem -> problem.code().equals(AWAY));
    }

    public boolean hasErrors() {
        return problems.stream().anyMatch(Problem::isError);
    }

    /** Whether something that would run cannot be read. */
    boolean isIncomplete() {
        return !broken.isEmpty() || applications.values().stream().anyMatch(application -> !application.isValid());
    }
}
