/** The table of what each EC2 instance type can hold is read here. The package is pure. */
@NullMarked
package io.vpccni.rpc.limits;

import org.jspecify.annotations.NullMarked;
