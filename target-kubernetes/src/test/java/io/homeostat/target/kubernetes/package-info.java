@NullMarked
package io.homeostat.target.kubernetes;

import org.jspecify.annotations.NullMarked;
