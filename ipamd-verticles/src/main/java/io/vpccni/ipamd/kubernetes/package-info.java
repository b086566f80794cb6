/** What the Kubernetes API says of this node and its pods; the agent works without it. */
@NullMarked
package io.vpccni.ipamd.kubernetes;

import org.jspecify.annotations.NullMarked;
