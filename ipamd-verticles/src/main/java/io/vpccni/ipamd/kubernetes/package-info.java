/**
 * This package is the contract of the Kubernetes API: what is known of this node and its pods, and
 * what may be written there. The agent serves pods without it.
 */
@NullMarked
package io.vpccni.ipamd.kubernetes;

import org.jspecify.annotations.NullMarked;
