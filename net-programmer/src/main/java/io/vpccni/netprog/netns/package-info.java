/**
 * This package does work inside other network namespaces, and handles the sysctls of the namespace
 * one is in.
 */
@NullMarked
package io.vpccni.netprog.netns;

import org.jspecify.annotations.NullMarked;
