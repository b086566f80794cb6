/**
 * This package is what EC2 decides, as a pure state machine: (state, call, time, chance) → (state,
 * answer, effects). No Vert.x, no HTTP, no clock: {@link io.vpccni.sim.ec2.Ec2#apply} is the way
 * in. XML and forms are next door in {@code wire}; throttling, lag and faults are laid over it by
 * {@code io.vpccni.sim.cloud.Cloud}.
 */
@NullMarked
package io.vpccni.sim.ec2;

import org.jspecify.annotations.NullMarked;
