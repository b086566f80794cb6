/**
 * What the node itself is to contain beside its pods: the primary ENI's settings, the rules, the
 * secondary ENIs with their tables. Pure, except for the application of sysctls.
 */
@NullMarked
package io.vpccni.netprog.host;

import org.jspecify.annotations.NullMarked;
