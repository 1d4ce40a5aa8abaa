package io.homeostat.converge;

import io.homeostat.converge.Rendering.Rendered;
import io.homeostat.model.ObjectKey;
import io.homeostat.model.Rollout;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How workloads get from one version to the next. Asked in each look at an application, before its steps are taken and after; what
 * it remembers it writes into the journal, so that it may die anywhere in between.
 */
public interface Strategy {

    /** Everything at once, as the workloads' own documents say. */
    Strategy AT_ONCE = new Strategy() {
        @Override
        public @Nullable String prepare(Look look) {
            return null;
        }

        @Override
        public Answer look(Look look) {
            return new Answer.Free();
        }

        @Override
        public void gone(String application) {}
    };

    /**
     * One look.
     *
     * @param rendered what the application goes for
     * @param rollouts what the newest revision says about how
     * @param isNew this content is to begin now
     * @param isOpen this content is on its way, or about to begin; false: it was there and healthy, or it failed
     * @param mayAct false: something holds the application, so nothing goes any further
     */
    record Look(
            String application,
            String revision,
            Rendered rendered,
            List<Rollout> rollouts,
            Step.Cause cause,
            boolean isNew,
            boolean isOpen,
            boolean mayAct,
            Map<ObjectKey, Target.Live> observed) {}

    /**
     * Before anything of it is declared: sees to it that no workload changes faster than it should.
     *
     * @return why nothing may change at all; null when it may
     */
    @Nullable
    String prepare(Look look) throws IOException;

    /** After what may be declared is declared: takes every workload as far as it may get now. */
    Answer look(Look look) throws IOException;

    /** Nothing is left of an application that left Git. */
    void gone(String application);

    sealed interface Answer {
        /** Nothing of it is on its way. */
        record Free() implements Answer {}

        /** @param next how long until the next look, at the latest */
        record Underway(String message, Duration next) implements Answer {}

        /** The revision turned out bad; its traffic was taken away already. */
        record Bad(String reason) implements Answer {}
    }
}
