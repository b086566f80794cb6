/**
 * This package is the one owner of the node's desired state. It carries out requests, keeps the
 * kernel in the desired state, and reports what it saw.
 */
@NullMarked
package io.vpccni.netprog.node;

import org.jspecify.annotations.NullMarked;
