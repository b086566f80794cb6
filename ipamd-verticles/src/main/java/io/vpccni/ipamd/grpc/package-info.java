/** {@code ipamd.sock}: what the reference's plugin, the policy agent, probes and people ask. */
@NullMarked
package io.vpccni.ipamd.grpc;

import org.jspecify.annotations.NullMarked;
