/**
 * The commands themselves, one class each. A {@link io.homeostat.cli.command.Command} describes how it is called and then
 * runs one call; nothing is built for a command that is not called.
 */
@NullMarked
package io.homeostat.cli.command;

import org.jspecify.annotations.NullMarked;
