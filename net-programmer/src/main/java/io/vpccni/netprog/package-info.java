/**
 * This package is the program {@code net-programmer}: its subcommands, and how the daemon is put
 * together.
 */
@NullMarked
package io.vpccni.netprog;

import org.jspecify.annotations.NullMarked;
