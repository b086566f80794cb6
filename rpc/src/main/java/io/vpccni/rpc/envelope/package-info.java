/**
 * A client and a server exchange the requests, answers and notifications of {@code
 * net_programmer.proto} over one kept connection.
 */
@NullMarked
package io.vpccni.rpc.envelope;

import org.jspecify.annotations.NullMarked;
