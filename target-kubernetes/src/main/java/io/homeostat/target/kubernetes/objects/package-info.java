/** What there is to decide about objects in a cluster: pure functions and inventories, no network. */
@NullMarked
package io.homeostat.target.kubernetes.objects;

import org.jspecify.annotations.NullMarked;
