package io.vpccni.sim.ec2;

import java.time.Instant;

/**
 * Remembers the answer to a call with a client token. The same call gets it again instead of a
 * second ENI.
 */
record IdempotentAnswer(String id, Ec2Call call, Ec2Answer answer, Instant at)
    implements Identified {}
