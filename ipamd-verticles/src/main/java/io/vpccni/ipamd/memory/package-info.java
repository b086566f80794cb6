/** Keeps the process small: gives memory back while nobody waits. */
@NullMarked
package io.vpccni.ipamd.memory;

import org.jspecify.annotations.NullMarked;
