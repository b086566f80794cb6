/**
 * This package knows which metrics are added up, and reads them from the page of one agent. It is
 * pure.
 */
@NullMarked
package io.vpccni.metricshelper.reading;

import org.jspecify.annotations.NullMarked;
