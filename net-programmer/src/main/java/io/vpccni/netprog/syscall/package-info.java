/**
 * This package wraps all functions of libc that net-programmer calls, by jnr-ffi. Everything else
 * in this module reaches the kernel through it, through files, or through programs.
 */
@NullMarked
package io.vpccni.netprog.syscall;

import org.jspecify.annotations.NullMarked;
