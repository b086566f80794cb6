/**
 * The one owner of the node's wished state: carries out requests, keeps the kernel as wished, and
 * tells what it saw.
 */
@NullMarked
package io.vpccni.netprog.node;

import org.jspecify.annotations.NullMarked;
