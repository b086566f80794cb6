package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** These calls change ENIs and their addresses. */
public sealed interface EniCall extends Ec2Call {
  /**
   * @param groups may be empty: then it is in the VPC's default group
   * @param type is EC2's word; {@code interface} is the usual one
   */
  record CreateNetworkInterface(
      String subnetId,
      String description,
      List<String> groups,
      Optional<Ip> privateIp,
      AddressRequest ipv4,
      AddressRequest ipv6,
      String type,
      SortedMap<String, String> tags,
      Optional<ConnectionTracking> tracking,
      Optional<String> clientToken)
      implements EniCall {
    public CreateNetworkInterface {
      groups = List.copyOf(groups);
      tags = SortedCopies.of(tags);
    }

    /**
     * Returns a request for an ENI with IPv4 addresses of EC2's choice, as a node agent makes it.
     */
    public static CreateNetworkInterface in(
        String subnetId, List<String> groups, AddressRequest ipv4, Map<String, String> tags) {
      return new CreateNetworkInterface(
          subnetId,
          "",
          groups,
          Optional.empty(),
          ipv4,
          AddressRequest.NONE,
          "interface",
          SortedCopies.of(tags),
          Optional.empty(),
          Optional.empty());
    }
  }

  record AttachNetworkInterface(String eniId, String instanceId, int deviceIndex, int card)
      implements EniCall {}

  record DetachNetworkInterface(String attachmentId, boolean force) implements EniCall {}

  record DeleteNetworkInterface(String eniId) implements EniCall {}

  record ModifyNetworkInterfaceAttribute(String eniId, EniChange change) implements EniCall {}

  /** A modify call changes one attribute. */
  sealed interface EniChange {
    record Groups(List<String> groups) implements EniChange {
      public Groups {
        groups = List.copyOf(groups);
      }
    }

    record DeleteOnTermination(String attachmentId, boolean on) implements EniChange {}

    record SourceDestCheck(boolean on) implements EniChange {}

    record Description(String text) implements EniChange {}

    record Tracking(ConnectionTracking tracking) implements EniChange {}
  }

  /**
   * @param reassign lets explicit addresses be taken from another ENI
   */
  record AssignPrivateIpAddresses(String eniId, AddressRequest request, boolean reassign)
      implements EniCall {}

  record UnassignPrivateIpAddresses(String eniId, List<Ip> ips, List<Cidr> prefixes)
      implements EniCall {
    public UnassignPrivateIpAddresses {
      ips = List.copyOf(ips);
      prefixes = List.copyOf(prefixes);
    }
  }

  record AssignIpv6Addresses(String eniId, AddressRequest request) implements EniCall {}

  record UnassignIpv6Addresses(String eniId, List<Ip> ips, List<Cidr> prefixes) implements EniCall {
    public UnassignIpv6Addresses {
      ips = List.copyOf(ips);
      prefixes = List.copyOf(prefixes);
    }
  }
}
