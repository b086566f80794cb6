/** This package finds the pods of the agents and reads their pages through the API server. */
@NullMarked
package io.vpccni.metricshelper.pods;

import org.jspecify.annotations.NullMarked;
