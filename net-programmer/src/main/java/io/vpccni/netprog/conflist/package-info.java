/** This package installs the one file that makes the container runtime call our plugin. */
@NullMarked
package io.vpccni.netprog.conflist;

import org.jspecify.annotations.NullMarked;
