/** From trees to JSON and YAML. Not for other rooms; the doors are {@code Json} and {@code Yaml}. */
@NullMarked
package io.homeostat.model.internal.write;

import org.jspecify.annotations.NullMarked;
