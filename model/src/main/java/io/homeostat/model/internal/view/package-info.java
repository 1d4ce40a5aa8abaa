/** From documents of our own kinds to their records. Not for other rooms; the doors are {@code Environments} and {@code Applications}. */
@NullMarked
package io.homeostat.model.internal.view;

import org.jspecify.annotations.NullMarked;
