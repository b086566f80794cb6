/**
 * This package plans what the node itself needs besides its pods: the primary ENI's settings, the
 * rules, and the secondary ENIs with their tables. It is pure, except that it writes sysctls.
 */
@NullMarked
package io.vpccni.netprog.host;

import org.jspecify.annotations.NullMarked;
