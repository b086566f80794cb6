package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** What sets a scene: networks, groups, instances. */
public sealed interface SceneCall extends Ec2Call {
  /**
   * @param cidr /16 to /28
   * @param ipv6 whether the VPC gets a /56
   */
  record CreateVpc(Cidr cidr, boolean ipv6, SortedMap<String, String> tags) implements SceneCall {
    public CreateVpc {
      tags = SortedCopies.of(tags);
    }
  }

  record DeleteVpc(String vpcId) implements SceneCall {}

  /**
   * @param cidr absent: a /56 of Amazon's
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
   * @param groups empty: the VPC's default group
   * @param privateIp only with one instance
   * @param publicIp absent: as the subnet says
   * @param ipv6Count addresses of the primary ENI
   * @param role name of the role whose credentials IMDS gives out
   */
  record RunInstances(
      String imageId,
      String type,
      int min,
      int max,
      String subnetId,
      List<String> groups,
      Optional<Ip> privateIp,
      Optional<Boolean> publicIp,
      int ipv6Count,
      Optional<String> role,
      MetadataOptions metadata,
      SortedMap<String, String> instanceTags,
      SortedMap<String, String> eniTags,
      Optional<String> clientToken)
      implements SceneCall {
    public RunInstances {
      groups = List.copyOf(groups);
      instanceTags = SortedCopies.of(instanceTags);
      eniTags = SortedCopies.of(eniTags);
    }

    /** One instance with EC2's choice of address, and with a role, as a node needs it. */
    public static RunInstances one(
        String type, String subnetId, List<String> groups, SortedMap<String, String> tags) {
      return new RunInstances(
          "ami-00000000000000001",
          type,
          1,
          1,
          subnetId,
          groups,
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.of("node-role"),
          MetadataOptions.DEFAULT,
          tags,
          SortedCopies.of(Map.of()),
          Optional.empty());
    }
  }

  /** Absent: as before. */
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
