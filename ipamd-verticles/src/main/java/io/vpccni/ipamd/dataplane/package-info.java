/**
 * What the kernel should look like, asked of net-programmer over one kept connection. {@code
 * DataplaneVerticle} talks; what it says is made by pure classes.
 */
@NullMarked
package io.vpccni.ipamd.dataplane;

import org.jspecify.annotations.NullMarked;
