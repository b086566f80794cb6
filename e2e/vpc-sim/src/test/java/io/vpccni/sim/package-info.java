@NullMarked
package io.vpccni.sim;

import org.jspecify.annotations.NullMarked;
