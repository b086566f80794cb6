/**
 * This package decides which replica of the program polls the agents, by one Lease of Kubernetes.
 */
@NullMarked
package io.vpccni.metricshelper.leader;

import org.jspecify.annotations.NullMarked;
