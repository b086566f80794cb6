@NullMarked
package io.vpccni.netprog;

import org.jspecify.annotations.NullMarked;
