/**
 * Experiments of the Chaos Toolkit, as they are: their files are read, run and judged without it. By itself in our stricter reading;
 * if asked, with the statuses and exit codes of the reference tool (chaostoolkit-lib 1.x).
 */
@NullMarked
package io.homeostat.chaos.toolkit;

import org.jspecify.annotations.NullMarked;
