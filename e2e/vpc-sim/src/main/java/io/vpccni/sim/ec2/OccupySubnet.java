package io.vpccni.sim.ec2;

/**
 * Occupies addresses of a subnet as its other users would; it is not an action of EC2. An earlier
 * occupation is lifted first, and afterwards {@code free} addresses are left, if {@code fragmented}
 * so scattered that no /28 is whole. A {@code free} beyond the subnet's size occupies nothing.
 */
public record OccupySubnet(String subnetId, int free, boolean fragmented) implements Ec2Call {}
