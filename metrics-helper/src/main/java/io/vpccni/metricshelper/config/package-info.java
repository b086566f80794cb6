/** This package reads the command line and the environment once, at the start. It is pure. */
@NullMarked
package io.vpccni.metricshelper.config;

import org.jspecify.annotations.NullMarked;
