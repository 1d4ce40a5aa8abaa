/** homeostat's own kinds as shapes, and what is generated from them: JSON Schemas and the reference. */
@NullMarked
package io.homeostat.model.internal.our;

import org.jspecify.annotations.NullMarked;
