/**
 * From bytes to positioned trees: text, YAML, JSON, scalars, limits, identity. Not for other rooms; the door is {@code
 * Documents}.
 */
@NullMarked
package io.homeostat.model.internal.read;

import org.jspecify.annotations.NullMarked;
