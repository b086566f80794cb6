/** STS's calls by which workloads get credentials. Pure. */
@NullMarked
package io.vpccni.sim.sts;

import org.jspecify.annotations.NullMarked;
