/**
 * Recorded traffic for the judge: CSV and JSON files, played again as if they happened now, so that anybody can check what the
 * judge says about numbers they have.
 */
@NullMarked
package io.homeostat.deliver.recorded;

import org.jspecify.annotations.NullMarked;
