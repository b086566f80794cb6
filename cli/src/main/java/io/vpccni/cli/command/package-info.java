/** Holds the commands, each with its options and its page of help. */
@NullMarked
package io.vpccni.cli.command;

import org.jspecify.annotations.NullMarked;
