package io.vpccni.sim.ec2.wire;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.ec2.Ec2Answer.GroupView;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import io.vpccni.sim.ec2.Ec2Answer.RegionView;
import io.vpccni.sim.ec2.Ec2Answer.RouteTableView;
import io.vpccni.sim.ec2.Ec2Answer.StatusView;
import io.vpccni.sim.ec2.Ec2Answer.SubnetView;
import io.vpccni.sim.ec2.Ec2Answer.TagView;
import io.vpccni.sim.ec2.Ec2Answer.VpcView;
import io.vpccni.sim.ec2.Ec2Answer.ZoneView;
import io.vpccni.sim.ec2.Instance.State;
import io.vpccni.sim.ec2.InstanceType;
import io.vpccni.sim.ec2.MetadataOptions;
import io.vpccni.sim.ec2.Subnet.CidrReservation;
import io.vpccni.sim.query.Xml;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes one item of a list by its type. */
final class ItemXml {
  private ItemXml() {}

  static void write(Xml xml, Object item) {
    switch (item) {
      case EniView eni -> EniXml.write(xml, eni);
      case InstanceView instance -> reservation(xml, List.of(instance));
      case SubnetView subnet -> subnet(xml, subnet);
      case VpcView vpc -> vpc(xml, vpc);
      case GroupView group -> group(xml, group);
      case InstanceType type -> type(xml, type);
      case CidrReservation reservation -> reservation(xml, reservation);
      case TagView tag ->
          xml.element("resourceId", tag.resourceId())
              .element("resourceType", resourceType(tag.resourceId()))
              .element("key", tag.key())
              .element("value", tag.value());
      case ZoneView zone ->
          xml.element("zoneName", zone.name())
              .element("zoneId", zone.id())
              .element("zoneState", "available")
              .element("zoneType", "availability-zone")
              .element("optInStatus", "opt-in-not-required")
              .element("regionName", zone.region());
      case RegionView region ->
          xml.element("regionName", region.name())
              .element("regionEndpoint", region.endpoint())
              .element("optInStatus", "opt-in-not-required");
      case StatusView(var instance) -> status(xml, instance);
      case RouteTableView table -> routeTable(xml, table);
      default -> throw new IllegalArgumentException("no XML for " + item.getClass());
    }
  }

  private static String resourceType(String id) {
    return switch (id.replaceFirst("-.*", "")) {
      case "eni" -> "network-interface";
      case "i" -> "instance";
      case "sg" -> "security-group";
      default -> id.replaceFirst("-.*", "");
    };
  }

  static void reservation(Xml xml, List<InstanceView> instances) {
    var first = instances.getFirst();
    xml.element("reservationId", first.instance().reservationId())
        .element("ownerId", first.owner())
        .nested("groupSet", _ -> {})
        .list("instancesSet", instances.stream(), one -> instance(xml, one));
  }

  private static void instance(Xml xml, InstanceView view) {
    var instance = view.instance();
    var eni0 = view.enis().stream().map(eni -> eni.eni()).findFirst();
    var primary = eni0.flatMap(eni -> eni.primary());
    xml.element("instanceId", instance.id())
        .element("imageId", instance.imageId())
        .nested("instanceState", _ -> state(xml, instance.state()))
        .element("instanceType", instance.type())
        .element("launchTime", EniXml.time(instance.launchedAt()))
        .element("subnetId", instance.subnetId())
        .element("vpcId", instance.vpcId())
        .optional("privateIpAddress", primary)
        .optional("privateDnsName", eni0.flatMap(eni -> eni.primary().map(eni::dnsName)))
        .nested("placement", _ -> xml.element("availabilityZone", instance.zone()))
        .nested("metadataOptions", _ -> metadata(xml, instance.metadata()))
        .list("networkInterfaceSet", view.enis().stream(), eni -> EniXml.writeInner(xml, eni));
    EniXml.tags(xml, view.tags());
  }

  static void state(Xml xml, State state) {
    xml.element("code", state.code).element("name", state.word());
  }

  static void metadata(Xml xml, MetadataOptions options) {
    xml.element("state", "applied")
        .element("httpTokens", options.tokens())
        .element("httpPutResponseHopLimit", options.hopLimit())
        .element("httpEndpoint", options.endpoint())
        .element("httpProtocolIpv6", "disabled")
        .element("instanceMetadataTags", "disabled");
  }

  private static void status(Xml xml, InstanceView view) {
    var instance = view.instance();
    xml.element("instanceId", instance.id())
        .element("availabilityZone", instance.zone())
        .nested("instanceState", _ -> state(xml, instance.state()));
    for (var check : List.of("systemStatus", "instanceStatus")) {
      xml.nested(
          check,
          _ ->
              xml.element("status", instance.health())
                  .list(
                      "details",
                      Stream.of("reachability"),
                      name ->
                          xml.element("name", name)
                              .element("status", instance.running() ? "passed" : "initializing")));
    }
  }

  private static void routeTable(Xml xml, RouteTableView view) {
    xml.element("routeTableId", view.id())
        .element("vpcId", view.vpc().id())
        .element("ownerId", view.owner())
        .list(
            "routeSet",
            view.vpc().cidrs().values().stream(),
            block ->
                xml.element(block.v6() ? "destinationIpv6CidrBlock" : "destinationCidrBlock", block)
                    .element("gatewayId", "local")
                    .element("state", "active")
                    .element("origin", "CreateRouteTable"))
        .list(
            "associationSet",
            Stream.of(view.associationId()),
            id ->
                xml.element("routeTableAssociationId", id)
                    .element("routeTableId", view.id())
                    .element("main", true)
                    .nested("associationState", _ -> xml.element("state", "associated")));
    EniXml.tags(xml, view.tags());
  }

  private static void subnet(Xml xml, SubnetView view) {
    var subnet = view.subnet();
    xml.element("subnetId", subnet.id())
        .element("subnetArn", view.arn())
        .element("vpcId", subnet.vpcId())
        .element("state", "available")
        .element("ownerId", view.owner())
        .element("availabilityZone", subnet.zone())
        .element("availabilityZoneId", zoneId(subnet.zone()))
        .element("cidrBlock", subnet.cidr())
        .element("availableIpAddressCount", view.free())
        .element("defaultForAz", false)
        .element("ipv6Native", false)
        .element("mapPublicIpOnLaunch", subnet.mapPublicIp())
        .element("assignIpv6AddressOnCreation", subnet.assignIpv6OnCreation())
        .list(
            "ipv6CidrBlockAssociationSet",
            subnet.ipv6().stream(),
            block -> association(xml, associationId(subnet.id()), block, "associated"));
    EniXml.tags(xml, view.tags());
  }

  private static String zoneId(String zone) {
    return "sim1-az" + (zone.charAt(zone.length() - 1) - 'a' + 1);
  }

  /**
   * Returns the id of the association of a subnet's IPv6 block. A subnet has one at most, so the
   * state need not keep its id.
   */
  static String associationId(String subnetId) {
    return subnetId.replaceFirst("subnet-", "subnet-cidr-assoc-");
  }

  static void association(Xml xml, String id, Cidr cidr, String state) {
    xml.element("associationId", id)
        .element(cidr.v6() ? "ipv6CidrBlock" : "cidrBlock", cidr)
        .nested(
            cidr.v6() ? "ipv6CidrBlockState" : "cidrBlockState", _ -> xml.element("state", state));
  }

  private static void vpc(Xml xml, VpcView view) {
    var vpc = view.vpc();
    xml.element("vpcId", vpc.id())
        .element("ownerId", view.owner())
        .element("state", "available")
        .element("cidrBlock", vpc.primary())
        .element("instanceTenancy", "default")
        .element("isDefault", false);
    for (boolean v6 : new boolean[] {false, true}) {
      xml.list(
          v6 ? "ipv6CidrBlockAssociationSet" : "cidrBlockAssociationSet",
          vpc.cidrs().entrySet().stream().filter(block -> block.getValue().v6() == v6),
          block -> association(xml, block.getKey(), block.getValue(), "associated"));
    }
    EniXml.tags(xml, view.tags());
  }

  private static void group(Xml xml, GroupView view) {
    var group = view.group();
    xml.element("groupId", group.id())
        .element("groupName", group.name())
        .element("groupDescription", group.description())
        .element("vpcId", group.vpcId())
        .element("ownerId", view.owner())
        .nested("ipPermissions", _ -> {})
        .nested("ipPermissionsEgress", _ -> {});
    EniXml.tags(xml, view.tags());
  }

  private static void type(Xml xml, InstanceType type) {
    xml.element("instanceType", type.name()).element("bareMetal", type.bareMetal());
    if (!type.hypervisor().equals("unknown")) {
      xml.element("hypervisor", type.hypervisor());
    }
    xml.nested("networkInfo", _ -> network(xml, type));
  }

  private static void network(Xml xml, InstanceType type) {
    xml.element("networkPerformance", "simulated")
        .element("maximumNetworkInterfaces", type.enis())
        .element("maximumNetworkCards", type.cards().size())
        .element("defaultNetworkCardIndex", 0)
        .list(
            "networkCards",
            IntStream.range(0, type.cards().size()).boxed(),
            card ->
                xml.element("networkCardIndex", card)
                    .element("networkPerformance", "simulated")
                    .element("maximumNetworkInterfaces", type.cards().get(card)))
        .element("ipv4AddressesPerInterface", type.ipv4PerEni())
        .element("ipv6AddressesPerInterface", type.ipv4PerEni())
        .element("ipv6Supported", true)
        .element("efaSupported", type.cards().size() > 1);
  }

  private static void reservation(Xml xml, CidrReservation reservation) {
    xml.element("subnetCidrReservationId", reservation.id())
        .element("subnetId", reservation.subnetId())
        .element("ownerId", reservation.owner())
        .element("cidr", reservation.cidr())
        .element("reservationType", reservation.kind().name().toLowerCase(Locale.ROOT))
        .element("description", reservation.description());
  }
}
