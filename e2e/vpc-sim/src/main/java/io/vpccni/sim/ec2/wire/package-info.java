/**
 * EC2's calls in the Query protocol: forms become calls, answers become XML. This package is pure.
 */
@NullMarked
package io.vpccni.sim.ec2.wire;

import org.jspecify.annotations.NullMarked;
