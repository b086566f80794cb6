package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Holds what a decision needs beyond state and call: the time, randomness, and how this cloud
 * behaves.
 */
public record CallContext(Instant now, RandomGenerator chance, InstanceTypes types, Rules rules) {}
