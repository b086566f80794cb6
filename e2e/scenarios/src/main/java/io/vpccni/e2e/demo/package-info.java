/** The demo of {@code make demo} is here. */
@NullMarked
package io.vpccni.e2e.demo;

import org.jspecify.annotations.NullMarked;
