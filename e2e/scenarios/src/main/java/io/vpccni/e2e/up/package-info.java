/** The playground of {@code make up} is here. */
@NullMarked
package io.vpccni.e2e.up;

import org.jspecify.annotations.NullMarked;
