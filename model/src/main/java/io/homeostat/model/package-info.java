/**
 * Every document: read with positions, check, describe.
 *
 * <p>In come bytes of YAML or JSON; out go {@link io.homeostat.model.Document}s, typed views of our own kinds ({@link
 * io.homeostat.model.Environment}, {@link io.homeostat.model.Application}) and {@link io.homeostat.model.Problem}s, each with
 * its place. This room knows no other and does no I/O. What a user wrote wrongly is a value, never an exception.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.homeostat.model.Node}, the positioned tree, and {@link io.homeostat.model.Document}, one object
 *   <li>{@link io.homeostat.model.Documents}: from a file to documents, with everything that is wrong with each
 *   <li>{@link io.homeostat.model.Environments} and {@link io.homeostat.model.Applications}: our own kinds as records
 *   <li>{@link io.homeostat.model.Checks}: what only shows when all documents are seen together
 *   <li>{@link io.homeostat.model.Schemas}: what our kinds look like, for editors and readers
 *   <li>{@link io.homeostat.model.Expressions}: conditions in CEL
 *   <li>{@link io.homeostat.model.Json}, {@link io.homeostat.model.Yaml}, {@link io.homeostat.model.Findings}: ways out
 * </ol>
 */
@NullMarked
package io.homeostat.model;

import org.jspecify.annotations.NullMarked;
