@NullMarked
package io.homeostat.target.kubernetes.fault;

import org.jspecify.annotations.NullMarked;
