/**
 * Rollouts: a workload's new version gets its instances and its traffic stage by stage, and goes back when it turns out bad.
 *
 * <p>{@link io.homeostat.deliver.rollout.Engine} decides, from what the journal says ({@link
 * io.homeostat.deliver.rollout.Progress}), what is seen and what time it is; {@link io.homeostat.deliver.rollout.Rollouts} looks
 * and does it. A rollback is no action of its own: traffic goes back, the revision is quarantined, and the loop's next aim is the
 * last good one.
 */
@NullMarked
package io.homeostat.deliver.rollout;

import org.jspecify.annotations.NullMarked;
