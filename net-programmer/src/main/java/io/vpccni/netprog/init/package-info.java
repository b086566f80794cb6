/**
 * This package does what an init container does once, with more rights than either daemon keeps: it
 * installs the plugin binaries, prepares folders and their owners, takes over what a predecessor
 * left, and sets the sysctls that belong to no interface. It uses no network.
 */
@NullMarked
package io.vpccni.netprog.init;

import org.jspecify.annotations.NullMarked;
