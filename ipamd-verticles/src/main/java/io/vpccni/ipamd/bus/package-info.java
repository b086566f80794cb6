/**
 * The event bus with types: addresses declared once, immutable records handed over by reference.
 */
@NullMarked
package io.vpccni.ipamd.bus;

import org.jspecify.annotations.NullMarked;
