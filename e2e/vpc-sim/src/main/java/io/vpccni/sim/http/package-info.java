/**
 * This package has the services of the cloud as handlers of HTTP requests, and the servers in front
 * of them.
 */
@NullMarked
package io.vpccni.sim.http;

import org.jspecify.annotations.NullMarked;
