/** AWS's Query protocol: form-encoded requests and XML answers. Pure. */
@NullMarked
package io.vpccni.sim.query;

import org.jspecify.annotations.NullMarked;
