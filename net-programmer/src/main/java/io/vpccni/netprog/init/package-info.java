/**
 * What is done once, by an init container with more rights than either daemon keeps: the plugin
 * binaries, folders and their owners, what a predecessor left behind, and the sysctls that belong
 * to no interface. Talks to no network.
 */
@NullMarked
package io.vpccni.netprog.init;

import org.jspecify.annotations.NullMarked;
