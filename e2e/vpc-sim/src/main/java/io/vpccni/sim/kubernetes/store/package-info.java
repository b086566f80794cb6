/**
 * This package is what a Kubernetes API server decides: objects with versions, their history for
 * watches, patches of every form, selectors and deletion. No sockets and no clock: the way in is
 * {@link io.vpccni.sim.kubernetes.store.ObjectStore}, and time is passed in.
 */
@NullMarked
package io.vpccni.sim.kubernetes.store;

import org.jspecify.annotations.NullMarked;
