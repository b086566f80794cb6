/**
 * The CNI plugin's logic: calls as the executable forwards them, decided and answered here. {@code
 * CniVerticle} and what it alone uses talk to the outside; the rest is pure.
 */
@NullMarked
package io.vpccni.ipamd.cni;

import org.jspecify.annotations.NullMarked;
