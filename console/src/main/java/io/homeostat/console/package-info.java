/**
 * The pages that people look at. In comes what the API answers, as JSON; out go HTML pages. Nothing here knows a loop, a target
 * or a socket: the agent asks its own API on behalf of the page, so a page shows what the API says and nothing else.
 *
 * <p>Start with {@link io.homeostat.console.Console}: which address is which page. {@code Frame} is what all pages share,
 * {@code Html} writes them. One script and one style sheet lie beside; there is nothing to build.
 */
@NullMarked
package io.homeostat.console;

import org.jspecify.annotations.NullMarked;
