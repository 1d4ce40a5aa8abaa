@NullMarked
package io.homeostat.target.kubernetes.versions;

import org.jspecify.annotations.NullMarked;
