/**
 * This package is AWS's Query protocol: form-encoded requests and XML answers. This package is
 * pure.
 */
@NullMarked
package io.vpccni.sim.query;

import org.jspecify.annotations.NullMarked;
