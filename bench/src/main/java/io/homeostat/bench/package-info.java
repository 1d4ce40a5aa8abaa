/** The benchmarks: what {@code bench/README.md} quotes, with the commands that print it. Nothing imports this room. */
@NullMarked
package io.homeostat.bench;

import org.jspecify.annotations.NullMarked;
