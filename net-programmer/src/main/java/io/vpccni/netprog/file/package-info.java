/** This package writes files that other processes may be reading at the same time. */
@NullMarked
package io.vpccni.netprog.file;

import org.jspecify.annotations.NullMarked;
