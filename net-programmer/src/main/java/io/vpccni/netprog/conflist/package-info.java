/** Installs the one file that makes the container runtime call us. */
@NullMarked
package io.vpccni.netprog.conflist;

import org.jspecify.annotations.NullMarked;
