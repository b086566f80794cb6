/** Turns the agent's answers into text and JSON. Everything here is pure. */
@NullMarked
package io.vpccni.cli.output;

import org.jspecify.annotations.NullMarked;
