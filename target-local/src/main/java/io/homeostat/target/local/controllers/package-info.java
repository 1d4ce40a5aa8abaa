/**
 * One controller for each kind: asks the decision of its kind what is to be done, does it, and tells how far it is.
 *
 * <p>All of them live on the loop and remember nothing of their own: they may be asked at any time, and anew after any crash.
 */
@NullMarked
package io.homeostat.target.local.controllers;

import org.jspecify.annotations.NullMarked;
