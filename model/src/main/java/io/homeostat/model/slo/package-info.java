/**
 * What promises say: {@link io.homeostat.model.slo.Slo objectives} with everything they refer to put in its place,
 * {@link io.homeostat.model.slo.BudgetPolicy budget policies} and {@link io.homeostat.model.slo.Notifier notifiers}. The door
 * is {@link io.homeostat.model.slo.Promises#read}.
 */
@NullMarked
package io.homeostat.model.slo;

import org.jspecify.annotations.NullMarked;
