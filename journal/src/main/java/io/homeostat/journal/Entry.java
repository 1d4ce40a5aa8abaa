package io.homeostat.journal;

import io.homeostat.model.Node;

/**
 * What is to be written: an event that has no number yet.
 *
 * @param type stable, for machines: {@code plan.made}, {@code application.failed} …
 * @param application the application concerned; empty when it concerns the whole environment
 * @param object the object concerned, as {@code ObjectKey} prints it; empty when none
 * @param message one sentence for people
 * @param data the facts, for folds; never a secret
 */
public record Entry(String type, String application, String object, String message, Node.Mapping data) {}
