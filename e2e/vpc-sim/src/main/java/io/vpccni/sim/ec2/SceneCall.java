package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** These calls set up networks, groups and instances. */
public sealed interface SceneCall extends Ec2Call {
  /**
   * @param cidr is a /16 to a /28
   * @param ipv6 says whether the VPC gets a /56
   */
  record CreateVpc(Cidr cidr, boolean ipv6, SortedMap<String, String> tags) implements SceneCall {
    public CreateVpc {
      tags = SortedCopies.of(tags);
    }
  }

  record DeleteVpc(String vpcId) implements SceneCall {}

  /**
   * @param cidr may be absent: then the VPC gets a /56 of Amazon's
   */
  record AssociateVpcCidrBlock(String vpcId, Optional<Cidr> cidr) implements SceneCall {}

  record DisassociateVpcCidrBlock(String associationId) implements SceneCall {}

  record CreateSubnet(
      String vpcId,
      Cidr cidr,
      Optional<Cidr> ipv6,
      Optional<String> zone,
      SortedMap<String, String> tags)
      implements SceneCall {
    public CreateSubnet {
      tags = SortedCopies.of(tags);
    }
  }

  record DeleteSubnet(String subnetId) implements SceneCall {}

  record AssociateSubnetCidrBlock(String subnetId, Cidr ipv6) implements SceneCall {}

  record ModifySubnetAttribute(
      String subnetId, Optional<Boolean> mapPublicIp, Optional<Boolean> assignIpv6)
      implements SceneCall {}

  record CreateSubnetCidrReservation(
      String subnetId, Cidr cidr, CidrReservation.Kind kind, String description)
      implements SceneCall {}

  record DeleteSubnetCidrReservation(String reservationId) implements SceneCall {}

  record CreateSecurityGroup(
      String vpcId, String name, String description, SortedMap<String, String> tags)
      implements SceneCall {
    public CreateSecurityGroup {
      tags = SortedCopies.of(tags);
    }
  }

  record DeleteSecurityGroup(String groupId) implements SceneCall {}

  /**
   * Starts instances, each with its primary ENI in the subnet.
   *
   * @param role is the name of the role whose credentials IMDS gives out
   * @param tags are those of the instances
   */
  record RunInstances(
      String imageId,
      String type,
      Count count,
      PrimaryEni network,
      Optional<String> role,
      MetadataOptions metadata,
      SortedMap<String, String> tags,
      Optional<String> clientToken)
      implements SceneCall {
    public RunInstances {
      tags = SortedCopies.of(tags);
    }

    /** Says how many instances to start. EC2 may start fewer than max; here it never does. */
    public record Count(int min, int max) {
      public static final Count ONE = new Count(1, 1);
    }

    /**
     * Describes the ENI that each instance begins with.
     *
     * @param groups may be empty: then it is in the VPC's default group
     * @param privateIp can be given for one instance only
     * @param publicIp is as the subnet says where it is absent
     * @param ipv6Count is the number of its IPv6 addresses
     */
    public record PrimaryEni(
        String subnetId,
        List<String> groups,
        Optional<Ip> privateIp,
        Optional<Boolean> publicIp,
        int ipv6Count,
        SortedMap<String, String> tags) {
      public PrimaryEni {
        groups = List.copyOf(groups);
        tags = SortedCopies.of(tags);
      }

      /** Describes an ENI with an address of EC2's choice and without tags. */
      public static PrimaryEni in(String subnetId, List<String> groups) {
        return new PrimaryEni(
            subnetId, groups, Optional.empty(), Optional.empty(), 0, new TreeMap<>());
      }
    }

    /**
     * Returns a request for one instance with EC2's choice of address, and with a role, as a node
     * needs it.
     */
    public static RunInstances one(
        String type, String subnetId, List<String> groups, SortedMap<String, String> tags) {
      return one(type, PrimaryEni.in(subnetId, groups), Optional.of("node-role"), tags);
    }

    /** Asks for one instance of the only image that there is. */
    public static RunInstances one(
        String type, PrimaryEni network, Optional<String> role, SortedMap<String, String> tags) {
      return new RunInstances(
          "ami-00000000000000001",
          type,
          Count.ONE,
          network,
          role,
          MetadataOptions.DEFAULT,
          tags,
          Optional.empty());
    }
  }

  /** Changes metadata options; those that are absent stay as they are. */
  record ModifyInstanceMetadataOptions(
      String instanceId,
      Optional<Boolean> tokensRequired,
      Optional<Boolean> enabled,
      Optional<Integer> hopLimit)
      implements SceneCall {}

  record TerminateInstances(List<String> instanceIds) implements SceneCall {
    public TerminateInstances {
      instanceIds = List.copyOf(instanceIds);
    }
  }
}
