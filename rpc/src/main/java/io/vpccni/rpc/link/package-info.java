/** Holds what both daemons have to agree on about names of network links. */
@NullMarked
package io.vpccni.rpc.link;

import org.jspecify.annotations.NullMarked;
