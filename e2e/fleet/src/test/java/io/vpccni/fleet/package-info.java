@NullMarked
package io.vpccni.fleet;

import org.jspecify.annotations.NullMarked;
