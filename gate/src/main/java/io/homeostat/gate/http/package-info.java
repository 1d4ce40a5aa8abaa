/**
 * HTTP/1 as bytes: where a head ends, what it says, how long its body is. Nothing in here knows a socket.
 *
 * <p>It is read strictly. What two programs could read differently is how one request is smuggled past another, so whatever the
 * standard (RFC 9112) leaves to a recipient's kindness is refused: bare line feeds, folded lines, a space before a colon, two
 * lengths, codings other than {@code chunked}.
 */
@NullMarked
package io.homeostat.gate.http;

import org.jspecify.annotations.NullMarked;
