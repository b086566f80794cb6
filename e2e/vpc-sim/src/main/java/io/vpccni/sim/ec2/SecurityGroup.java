package io.vpccni.sim.ec2;

/**
 * Describes a security group without its rules: the simulated network filters by source address
 * only.
 */
public record SecurityGroup(String id, String vpcId, String name, String description)
    implements Identified {}
