/** Sets up a cloud from a file: networks, instances and their Kubernetes nodes. */
@NullMarked
package io.vpccni.sim.scene;

import org.jspecify.annotations.NullMarked;
