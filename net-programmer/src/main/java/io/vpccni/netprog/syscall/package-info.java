/**
 * All of C that net-programmer calls, behind jnr-ffi. Nothing else in this module talks to the
 * kernel except through files and programs.
 */
@NullMarked
package io.vpccni.netprog.syscall;

import org.jspecify.annotations.NullMarked;
