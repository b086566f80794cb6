/**
 * This package runs thousands of agents against one simulated EC2 account in virtual time. What the
 * agents decide, and how they pace their calls, is the code that ships.
 */
@NullMarked
package io.vpccni.fleet;

import org.jspecify.annotations.NullMarked;
