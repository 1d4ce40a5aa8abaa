/** What only shows when all documents are seen together. Not for other rooms; the door is {@code Checks}. */
@NullMarked
package io.homeostat.model.internal.across;

import org.jspecify.annotations.NullMarked;
