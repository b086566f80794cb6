/** A real containerd runs on a simulated node and is called as kubelet would call it. */
@NullMarked
package io.vpccni.e2e.containerd;

import org.jspecify.annotations.NullMarked;
