/** EC2's calls in the Query protocol: forms become calls, answers become XML. Pure. */
@NullMarked
package io.vpccni.sim.ec2.wire;

import org.jspecify.annotations.NullMarked;
