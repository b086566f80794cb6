@NullMarked
package io.vpccni.sim.http;

import org.jspecify.annotations.NullMarked;
