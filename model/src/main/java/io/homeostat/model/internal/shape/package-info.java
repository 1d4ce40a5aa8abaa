/**
 * What a document may look like, described once as data: a {@link io.homeostat.model.internal.shape.Shape}. The check of what
 * users write, the JSON Schemas and the reference are three readings of it.
 */
@NullMarked
package io.homeostat.model.internal.shape;

import org.jspecify.annotations.NullMarked;
