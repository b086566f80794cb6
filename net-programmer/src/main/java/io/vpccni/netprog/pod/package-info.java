/** This package wires pods: it computes what each end needs, and makes and removes it. */
@NullMarked
package io.vpccni.netprog.pod;

import org.jspecify.annotations.NullMarked;
