/**
 * What the local target can do with a document: the list of supported fields, the check against it, the defaults filled in and
 * the images resolved. Pure, and needs no running target. Read in this order: {@code SubsetLists}, {@code SubsetCheck}, {@code
 * Defaults}, {@code ImageNames}.
 */
@NullMarked
package io.homeostat.target.local.subset;

import org.jspecify.annotations.NullMarked;
