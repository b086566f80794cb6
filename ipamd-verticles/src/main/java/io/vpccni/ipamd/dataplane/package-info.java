/**
 * This package is the contract of the data plane: what other parts may ask of net-programmer, what
 * it answers and what it announces. The connection itself is in {@code dataplane.service}.
 */
@NullMarked
package io.vpccni.ipamd.dataplane;

import org.jspecify.annotations.NullMarked;
