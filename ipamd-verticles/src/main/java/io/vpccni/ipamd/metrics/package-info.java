/**
 * This package holds what the agent counts and times, and how Prometheus reads it. This package is
 * pure, but for the topics.
 */
@NullMarked
package io.vpccni.ipamd.metrics;

import org.jspecify.annotations.NullMarked;
