/** Talks to the agent over its HTTP API on this machine. Knows paths and answers, not what is shown of them. */
@NullMarked
package io.homeostat.cli.client;

import org.jspecify.annotations.NullMarked;
