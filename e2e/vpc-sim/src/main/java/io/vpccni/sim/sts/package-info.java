/** STS's calls by which workloads get credentials. This package is pure. */
@NullMarked
package io.vpccni.sim.sts;

import org.jspecify.annotations.NullMarked;
