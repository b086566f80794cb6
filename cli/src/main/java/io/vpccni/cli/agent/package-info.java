/** Asks the node agent over its socket. */
@NullMarked
package io.vpccni.cli.agent;

import org.jspecify.annotations.NullMarked;
