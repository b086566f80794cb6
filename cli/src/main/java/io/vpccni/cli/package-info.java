/** The entry point of {@code vpc-cni} is here. */
@NullMarked
package io.vpccni.cli;

import org.jspecify.annotations.NullMarked;
