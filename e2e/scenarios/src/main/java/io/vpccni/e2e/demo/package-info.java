/** What {@code make demo} does and shows. */
@NullMarked
package io.vpccni.e2e.demo;

import org.jspecify.annotations.NullMarked;
