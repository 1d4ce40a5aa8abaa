/**
 * Every document: read with positions, check, describe.
 *
 * <p>In come bytes of YAML or JSON; out go {@link io.homeostat.model.Document}s, typed views of our own kinds ({@link
 * io.homeostat.model.Environment}, {@link io.homeostat.model.Application}) and {@link io.homeostat.model.Problem}s, each with
 * its place. This room knows no other and does no I/O. Read in this order: {@code Node}, {@code Document}, {@code Documents},
 * {@code Checks}, {@code Schemas}.
 */
@NullMarked
package io.homeostat.model;

import org.jspecify.annotations.NullMarked;
