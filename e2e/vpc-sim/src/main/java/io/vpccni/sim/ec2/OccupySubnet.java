package io.vpccni.sim.ec2;

/**
 * Not an action of EC2: what other users of a subnet do to it. Afterwards {@code free} addresses
 * are left, scattered so that no /28 is whole when {@code fragmented}; earlier occupation is lifted
 * first. {@code free} beyond what there is frees everything.
 */
public record OccupySubnet(String subnetId, int free, boolean fragmented) implements Ec2Call {}
