/** A real podman runs on a simulated node. */
@NullMarked
package io.vpccni.e2e.podman;

import org.jspecify.annotations.NullMarked;
