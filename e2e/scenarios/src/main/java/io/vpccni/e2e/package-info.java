@NullMarked
package io.vpccni.e2e;

import org.jspecify.annotations.NullMarked;
