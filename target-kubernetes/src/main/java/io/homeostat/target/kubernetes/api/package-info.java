/** The conversation with an API server: requests with retries and limits, which kinds it serves, lists and watches. */
@NullMarked
package io.homeostat.target.kubernetes.api;

import org.jspecify.annotations.NullMarked;
