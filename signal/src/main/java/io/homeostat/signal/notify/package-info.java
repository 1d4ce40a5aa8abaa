/**
 * Telling people. The journal is the queue: each notifier reads it from where it got to, on a thread of its own, so nobody who
 * writes an event ever waits for whoever is told. {@code Telling} decides what is told, {@code Pace} how often, {@code Bodies}
 * how it looks.
 */
@NullMarked
package io.homeostat.signal.notify;

import org.jspecify.annotations.NullMarked;
