/** Work inside other network namespaces, and the sysctls of the namespace one is in. */
@NullMarked
package io.vpccni.netprog.netns;

import org.jspecify.annotations.NullMarked;
