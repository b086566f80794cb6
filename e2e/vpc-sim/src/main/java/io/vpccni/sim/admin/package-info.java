/** Changes how the cloud behaves while it runs, and shows what was asked of it, as JSON. */
@NullMarked
package io.vpccni.sim.admin;

import org.jspecify.annotations.NullMarked;
