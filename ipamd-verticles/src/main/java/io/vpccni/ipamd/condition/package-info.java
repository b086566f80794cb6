/**
 * Conditions are named states that a person may want to know of: what does not work now, since when
 * and why.
 */
@NullMarked
package io.vpccni.ipamd.condition;

import org.jspecify.annotations.NullMarked;
