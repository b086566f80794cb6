/** What {@code make up} does. */
@NullMarked
package io.vpccni.e2e.up;

import org.jspecify.annotations.NullMarked;
