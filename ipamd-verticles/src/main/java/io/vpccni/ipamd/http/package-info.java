/**
 * This package has the HTTP listeners: introspection as the reference has it, and Prometheus
 * metrics.
 */
@NullMarked
package io.vpccni.ipamd.http;

import org.jspecify.annotations.NullMarked;
