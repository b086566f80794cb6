/**
 * This package is the program {@code ipamd}: its subcommands, and how the agent is put together.
 */
@NullMarked
package io.vpccni.ipamd;

import org.jspecify.annotations.NullMarked;
