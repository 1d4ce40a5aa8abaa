@NullMarked
package io.homeostat.target.kubernetes.gate;

import org.jspecify.annotations.NullMarked;
