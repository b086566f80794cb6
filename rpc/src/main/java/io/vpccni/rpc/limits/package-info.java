/** What each EC2 instance type can hold. Pure. */
@NullMarked
package io.vpccni.rpc.limits;

import org.jspecify.annotations.NullMarked;
