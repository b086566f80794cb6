package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** EC2 gives such an answer to a call that it does not refuse. */
public sealed interface Ec2Answer {
  /** Answers a call that has nothing to report. */
  record Done() implements Ec2Answer {}

  record EniCreated(EniView eni, Optional<String> clientToken) implements Ec2Answer {}

  record EniAttachment(String attachmentId, int card) implements Ec2Answer {}

  /** Lists the addresses that this call has assigned. */
  record Ipv4Assigned(String eniId, List<Ip> ips, List<Cidr> prefixes) implements Ec2Answer {}

  record Ipv6Assigned(String eniId, List<Ip> ips, List<Cidr> prefixes) implements Ec2Answer {}

  record Ipv6Unassigned(String eniId, List<Ip> ips, List<Cidr> prefixes) implements Ec2Answer {}

  /** Holds one page of a list; the last one has no token. */
  record Listing<T>(List<T> items, Optional<String> nextToken) implements Ec2Answer {
    public Listing {
      items = List.copyOf(items);
    }
  }

  record VpcCreated(VpcView vpc) implements Ec2Answer {}

  record CidrAssociated(String vpcId, String associationId, Cidr cidr) implements Ec2Answer {}

  record SubnetCreated(SubnetView subnet) implements Ec2Answer {}

  record SubnetCidrAssociated(String subnetId, Cidr cidr) implements Ec2Answer {}

  record ReservationMade(CidrReservation reservation) implements Ec2Answer {}

  record GroupCreated(String groupId) implements Ec2Answer {}

  record InstancesStarted(List<InstanceView> instances) implements Ec2Answer {}

  record InstancesTerminated(List<StateChange> changes) implements Ec2Answer {
    public InstancesTerminated {
      changes = List.copyOf(changes);
    }
  }

  record MetadataModified(String instanceId, MetadataOptions options) implements Ec2Answer {}

  /**
   * @param attribute is EC2's name of the one that was asked for
   */
  record EniAttribute(EniView eni, String attribute) implements Ec2Answer {}

  /**
   * @param attribute is EC2's name of the one that was asked for
   */
  record VpcAttribute(String vpcId, String attribute, boolean value) implements Ec2Answer {}

  /** Shows an ENI with its tags, groups and owner; {@code at} determines its status. */
  record EniView(
      Eni eni,
      Instant at,
      SortedMap<String, String> tags,
      List<SecurityGroup> groups,
      String owner) {}

  record VpcView(Vpc vpc, SortedMap<String, String> tags, String owner) {}

  /**
   * @param free is the number of IPv4 addresses that can still be assigned
   */
  record SubnetView(
      Subnet subnet, int free, SortedMap<String, String> tags, String owner, String region) {
    public String arn() {
      return "arn:aws:ec2:%s:%s:subnet/%s".formatted(region, owner, subnet.id());
    }
  }

  record GroupView(SecurityGroup group, SortedMap<String, String> tags, String owner) {}

  record InstanceView(
      Instance instance, SortedMap<String, String> tags, List<EniView> enis, String owner) {}

  record TagView(String resourceId, String key, String value) {}

  record ZoneView(String name, String id, String region) {}

  record RegionView(String name) {
    public String endpoint() {
      return "ec2." + name + ".amazonaws.com";
    }
  }

  record StatusView(InstanceView instance) {}

  record StateChange(String instanceId, Instance.State before, Instance.State now) {}

  /** Shows the main route table of a VPC, which has no other here, with the local routes. */
  record RouteTableView(Vpc vpc, SortedMap<String, String> tags, String owner) {
    static String idOf(String vpcId) {
      return vpcId.replaceFirst("^vpc-", "rtb-");
    }

    public String id() {
      return idOf(vpc.id());
    }

    public String associationId() {
      return vpc.id().replaceFirst("^vpc-", "rtbassoc-");
    }
  }
}
