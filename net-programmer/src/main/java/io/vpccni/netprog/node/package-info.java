/**
 * The one owner of the node's desired state: carries out requests, keeps the kernel as desired, and
 * tells what it saw.
 */
@NullMarked
package io.vpccni.netprog.node;

import org.jspecify.annotations.NullMarked;
