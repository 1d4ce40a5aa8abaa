/** Rollouts played with made-up traffic: what a choice of steps would find, how soon, and what it would cost the users. */
@NullMarked
package io.homeostat.deliver.simulation;

import org.jspecify.annotations.NullMarked;
