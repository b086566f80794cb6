/** The wiring of pods: what each end is to contain, and making and unmaking it. */
@NullMarked
package io.vpccni.netprog.pod;

import org.jspecify.annotations.NullMarked;
