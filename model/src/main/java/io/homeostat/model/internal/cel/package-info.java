/** CEL behind {@code Expressions}; its megabytes are loaded when the first expression is met. */
@NullMarked
package io.homeostat.model.internal.cel;

import org.jspecify.annotations.NullMarked;
