/** A real containerd on a simulated node, and the calls with which kubelet would use it. */
@NullMarked
package io.vpccni.e2e.containerd;

import org.jspecify.annotations.NullMarked;
