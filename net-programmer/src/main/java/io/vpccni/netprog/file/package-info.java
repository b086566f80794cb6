/** Files that others read while we write them. */
@NullMarked
package io.vpccni.netprog.file;

import org.jspecify.annotations.NullMarked;
