@NullMarked
package io.vpccni.sim.ec2;

import org.jspecify.annotations.NullMarked;
