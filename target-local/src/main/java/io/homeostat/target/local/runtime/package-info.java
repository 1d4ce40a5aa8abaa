/**
 * What the rest of the target runs on: the one thread on which it decides, watches on files, and its voice in the journal.
 */
@NullMarked
package io.homeostat.target.local.runtime;

import org.jspecify.annotations.NullMarked;
