/**
 * This package is the contract of the instance metadata service: what other parts may ask of it,
 * and what it announces.
 */
@NullMarked
package io.vpccni.ipamd.imds;

import org.jspecify.annotations.NullMarked;
