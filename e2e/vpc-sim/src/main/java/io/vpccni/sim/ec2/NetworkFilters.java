package io.vpccni.sim.ec2;

import static io.vpccni.sim.ec2.Filters.lower;
import static io.vpccni.sim.ec2.Filters.texts;

import io.vpccni.sim.ec2.Ec2Answer.GroupView;
import io.vpccni.sim.ec2.Ec2Answer.RegionView;
import io.vpccni.sim.ec2.Ec2Answer.RouteTableView;
import io.vpccni.sim.ec2.Ec2Answer.SubnetView;
import io.vpccni.sim.ec2.Ec2Answer.TagView;
import io.vpccni.sim.ec2.Ec2Answer.VpcView;
import io.vpccni.sim.ec2.Ec2Answer.ZoneView;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import java.util.List;
import java.util.Map;

/** Holds the filters of VPCs, subnets, security groups, zones, regions and tags. */
final class NetworkFilters {
  private NetworkFilters() {}

  static final Filters<SubnetView> SUBNET =
      new Filters<SubnetView>(SubnetView::tags)
          .one("subnet-id", view -> view.subnet().id())
          .one("subnet-arn", SubnetView::arn)
          .one("vpc-id", view -> view.subnet().vpcId())
          .one("availability-zone", view -> view.subnet().zone())
          .one("availabilityZone", view -> view.subnet().zone())
          .one("availability-zone-id", view -> DescribeActions.zoneId(view.subnet().zone()))
          .one("availabilityZoneId", view -> DescribeActions.zoneId(view.subnet().zone()))
          .one("cidr-block", view -> view.subnet().cidr().toString())
          .one("cidr", view -> view.subnet().cidr().toString())
          .one("cidrBlock", view -> view.subnet().cidr().toString())
          .one("state", _ -> "available")
          .one("owner-id", SubnetView::owner)
          .one("available-ip-address-count", view -> String.valueOf(view.free()))
          .flag("default-for-az", _ -> false)
          .flag("defaultForAz", _ -> false)
          .flag("ipv6-native", _ -> false)
          .flag("map-public-ip-on-launch", view -> view.subnet().mapPublicIp())
          .none("outpost-arn", "customer-owned-ipv4-pool")
          .all(
              "ipv6-cidr-block-association.ipv6-cidr-block",
              view -> texts(view.subnet().ipv6().stream()))
          .all(
              "ipv6-cidr-block-association.state",
              view -> texts(view.subnet().ipv6().stream().map(_ -> "associated")))
          .unmodelled(
              "enable-dns64",
              "enable-lni-at-device-index",
              "ipv6-cidr-block-association.*",
              "map-customer-owned-ip-on-launch",
              "private-dns-name-options-on-launch.*");

  static final Filters<VpcView> VPC =
      new Filters<VpcView>(VpcView::tags)
          .one("vpc-id", view -> view.vpc().id())
          .one("cidr", view -> view.vpc().primary().toString())
          .one("state", _ -> "available")
          .one("owner-id", VpcView::owner)
          .flag("is-default", _ -> false)
          .flag("isDefault", _ -> false)
          .all(
              "cidr-block-association.cidr-block", view -> texts(view.vpc().blocks(false).stream()))
          .all("cidr-block-association.association-id", view -> associations(view, false))
          .all(
              "cidr-block-association.state",
              view -> texts(view.vpc().blocks(false).stream().map(_ -> "associated")))
          .all(
              "ipv6-cidr-block-association.ipv6-cidr-block",
              view -> texts(view.vpc().blocks(true).stream()))
          .all("ipv6-cidr-block-association.association-id", view -> associations(view, true))
          .all(
              "ipv6-cidr-block-association.state",
              view -> texts(view.vpc().blocks(true).stream().map(_ -> "associated")))
          .unmodelled("dhcp-options-id", "ipv6-cidr-block-association.*");

  private static List<String> associations(VpcView view, boolean v6) {
    return view.vpc().cidrs().entrySet().stream()
        .filter(block -> block.getValue().v6() == v6)
        .map(Map.Entry::getKey)
        .toList();
  }

  static final Filters<GroupView> GROUP =
      new Filters<GroupView>(GroupView::tags)
          .one("group-id", view -> view.group().id())
          .one("group-name", view -> view.group().name())
          .one("description", view -> view.group().description())
          .one("vpc-id", view -> view.group().vpcId())
          .one("owner-id", GroupView::owner)
          .unmodelled("egress.ip-permission.*", "ip-permission.*");

  static final Filters<RouteTableView> ROUTE_TABLE =
      new Filters<RouteTableView>(RouteTableView::tags)
          .one("route-table-id", RouteTableView::id)
          .one("vpc-id", view -> view.vpc().id())
          .one("owner-id", RouteTableView::owner)
          .flag("association.main", _ -> true)
          .one("association.route-table-id", RouteTableView::id)
          .one("association.route-table-association-id", RouteTableView::associationId)
          .one("association.gateway-id", _ -> "")
          .none("association.subnet-id")
          .all("route.destination-cidr-block", view -> texts(view.vpc().blocks(false).stream()))
          .all("route.destination-ipv6-cidr-block", view -> texts(view.vpc().blocks(true).stream()))
          .one("route.gateway-id", _ -> "local")
          .one("route.origin", _ -> "CreateRouteTable")
          .one("route.state", _ -> "active")
          .unmodelled("route.*");

  static final Filters<ZoneView> ZONE =
      new Filters<ZoneView>(_ -> Map.of())
          .one("zone-name", ZoneView::name)
          .one("zone-id", ZoneView::id)
          .one("zone-type", _ -> "availability-zone")
          .one("region-name", ZoneView::region)
          .one("group-name", ZoneView::region)
          .one("opt-in-status", _ -> "opt-in-not-required")
          .one("state", _ -> "available")
          .none("message", "parent-zone-id", "parent-zone-name");

  static final Filters<RegionView> REGION =
      new Filters<RegionView>(_ -> Map.of())
          .one("region-name", RegionView::name)
          .one("endpoint", RegionView::endpoint)
          .one("opt-in-status", _ -> "opt-in-not-required");

  static final Filters<CidrReservation> RESERVATION =
      new Filters<CidrReservation>(_ -> Map.of())
          .one("reservationType", reservation -> lower(reservation.kind()))
          .one("subnet-id", CidrReservation::subnetId);

  static Filters<TagView> tags(CloudState state) {
    return new Filters<TagView>(tag -> Map.of(tag.key(), tag.value()))
        .one("resource-id", TagView::resourceId)
        .one("resource-type", tag -> TagActions.kind(state, tag.resourceId()))
        .one("key", TagView::key)
        .one("value", TagView::value);
  }
}
