/**
 * The container runtime's plugin chain is rendered here, from the built-in list or the chart's own,
 * and installed by net-programmer.
 */
@NullMarked
package io.vpccni.ipamd.conflist;

import org.jspecify.annotations.NullMarked;
