/** The edge to the network: each service of the cloud as a handler of HTTP requests. */
@NullMarked
package io.vpccni.sim.http;

import org.jspecify.annotations.NullMarked;
