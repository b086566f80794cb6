/** What a cloud is set up with: networks, instances and their Kubernetes nodes, from a file. */
@NullMarked
package io.vpccni.sim.scene;

import org.jspecify.annotations.NullMarked;
