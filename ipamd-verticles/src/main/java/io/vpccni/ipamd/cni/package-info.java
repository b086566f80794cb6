/**
 * This package is the CNI plugin's logic: calls are decided and answered here as the executable
 * forwards them. {@code CniSocket} and what it alone uses talk to the outside; the rest is pure.
 */
@NullMarked
package io.vpccni.ipamd.cni;

import org.jspecify.annotations.NullMarked;
