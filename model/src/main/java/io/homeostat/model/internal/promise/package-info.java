/** Promises from documents: references resolved, questions checked. Not for other rooms; the door is {@code slo.Promises}. */
@NullMarked
package io.homeostat.model.internal.promise;

import org.jspecify.annotations.NullMarked;
