@NullMarked
package io.vpccni.sim.ec2.wire;

import org.jspecify.annotations.NullMarked;
