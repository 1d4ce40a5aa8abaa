package io.homeostat.chaos;

import io.homeostat.chaos.life.Course;
import io.homeostat.model.chaos.Experiment;

/** What is under way: one run, or a search that makes many. */
interface Active {

    String id();

    Experiment experiment();

    /** How far it got. */
    Course course();

    /** Ends it soon, by the way that undoes everything. */
    void stop(String reason);

    /** Lives it. Returns when it is over, or in the middle of it when this thread is interrupted: then the agent ends. */
    void live();
}
