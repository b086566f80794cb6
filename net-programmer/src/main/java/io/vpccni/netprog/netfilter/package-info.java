/**
 * This package computes the rules for SNAT, connection marks and node-local egress, and it is the
 * one place that applies them.
 */
@NullMarked
package io.vpccni.netprog.netfilter;

import org.jspecify.annotations.NullMarked;
