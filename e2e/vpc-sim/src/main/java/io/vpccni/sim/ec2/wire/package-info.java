/** EC2's Query protocol: forms in, XML out. Pure; sockets are elsewhere. */
@NullMarked
package io.vpccni.sim.ec2.wire;

import org.jspecify.annotations.NullMarked;
