@NullMarked
package io.homeostat.target.kubernetes.objects;

import org.jspecify.annotations.NullMarked;
