/** What can be shown where: colours only for a person, tables, one line of progress. Knows nothing of what is shown. */
@NullMarked
package io.homeostat.cli.terminal;

import org.jspecify.annotations.NullMarked;
