/**
 * This package gives the event bus types: addresses are declared once, and immutable records are
 * handed over by reference.
 */
@NullMarked
package io.vpccni.ipamd.bus;

import org.jspecify.annotations.NullMarked;
