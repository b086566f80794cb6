/**
 * Serves {@code ipamd.sock}, for the reference's plugin, the network policy agent, probes and
 * people.
 */
@NullMarked
package io.vpccni.ipamd.grpc;

import org.jspecify.annotations.NullMarked;
