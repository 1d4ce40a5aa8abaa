package io.homeostat.chaos;

import io.homeostat.chaos.life.Course;
import io.homeostat.chaos.life.Look;
import io.homeostat.model.chaos.Experiment;
import java.util.List;

/** What is under way: one run, or a search that makes many. */
interface Active {

    String id();

    Experiment experiment();

    /** How far it got. */
    Course course();

    /** Each check of its hypothesis, as of the last look; empty before the first. */
    List<Look.Checked> checks();

    /** Ends it soon, by the way that undoes everything. */
    void stop(String reason);

    /** Lives it. Returns when it is over, or in the middle of it when this thread is interrupted: then the agent ends. */
    void live();
}
