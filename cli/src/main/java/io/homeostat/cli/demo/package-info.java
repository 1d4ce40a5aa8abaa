/**
 * {@code homeostat demo}: the whole loop, played on a real repository, a real agent and real processes.
 *
 * <p>A {@link io.homeostat.cli.demo.Scene} is one small class that does something and then looks whether what should follow
 * did. {@link io.homeostat.cli.demo.Stage} gives it the repository, the agent, a steady load, and a voice. To add a scene,
 * write the class and put it into {@link io.homeostat.cli.demo.Demo#SCENES}.
 */
@NullMarked
package io.homeostat.cli.demo;

import org.jspecify.annotations.NullMarked;
