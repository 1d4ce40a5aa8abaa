/** Not for other rooms. */
@NullMarked
package io.homeostat.model.internal;

import org.jspecify.annotations.NullMarked;
