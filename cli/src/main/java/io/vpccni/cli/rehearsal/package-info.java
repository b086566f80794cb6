/**
 * Runs all commands against an agent that always gives the same answers, so that the JVM can record
 * which classes they need.
 */
@NullMarked
package io.vpccni.cli.rehearsal;

import org.jspecify.annotations.NullMarked;
