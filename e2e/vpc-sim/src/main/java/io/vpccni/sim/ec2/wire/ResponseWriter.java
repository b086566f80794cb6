package io.vpccni.sim.ec2.wire;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.Ec2Answer.CidrAssociated;
import io.vpccni.sim.ec2.Ec2Answer.Done;
import io.vpccni.sim.ec2.Ec2Answer.EniAttachment;
import io.vpccni.sim.ec2.Ec2Answer.EniAttribute;
import io.vpccni.sim.ec2.Ec2Answer.EniCreated;
import io.vpccni.sim.ec2.Ec2Answer.GroupCreated;
import io.vpccni.sim.ec2.Ec2Answer.InstancesStarted;
import io.vpccni.sim.ec2.Ec2Answer.InstancesTerminated;
import io.vpccni.sim.ec2.Ec2Answer.Ipv4Assigned;
import io.vpccni.sim.ec2.Ec2Answer.Ipv6Assigned;
import io.vpccni.sim.ec2.Ec2Answer.Ipv6Unassigned;
import io.vpccni.sim.ec2.Ec2Answer.Listing;
import io.vpccni.sim.ec2.Ec2Answer.MetadataModified;
import io.vpccni.sim.ec2.Ec2Answer.ReservationMade;
import io.vpccni.sim.ec2.Ec2Answer.SubnetCidrAssociated;
import io.vpccni.sim.ec2.Ec2Answer.SubnetCreated;
import io.vpccni.sim.ec2.Ec2Answer.VpcAttribute;
import io.vpccni.sim.ec2.Ec2Answer.VpcCreated;
import io.vpccni.sim.query.Xml;

/** Writes answers as the XML that EC2 gives. */
public final class ResponseWriter {
  private static final String HEADER = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final String NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/";

  private ResponseWriter() {}

  /**
   * Writes an error. Unlike every other answer, its root has no namespace and it spells {@code
   * RequestID} in capitals.
   */
  public static String write(ApiError error, String requestId) {
    return HEADER
        + Xml.root(
            "Response",
            xml ->
                xml.nested(
                        "Errors",
                        _ ->
                            xml.nested(
                                "Error",
                                _ ->
                                    xml.element("Code", error.code())
                                        .element("Message", error.text())))
                    .element("RequestID", requestId));
  }

  public static String write(String action, Ec2Answer answer, String requestId) {
    return HEADER
        + Xml.root(
            action + "Response",
            NAMESPACE,
            xml -> {
              xml.element("requestId", requestId);
              body(xml, action, answer);
            });
  }

  private static void body(Xml xml, String action, Ec2Answer answer) {
    switch (answer) {
      case Done() -> xml.element("return", true);
      case EniCreated(var eni, var token) ->
          xml.nested("networkInterface", _ -> EniXml.write(xml, eni))
              .optional("clientToken", token);
      case EniAttachment(var id, var card) ->
          xml.element("attachmentId", id).element("networkCardIndex", card);
      case Ipv4Assigned(var eni, var ips, var prefixes) ->
          xml.element("networkInterfaceId", eni)
              .values("assignedPrivateIpAddressesSet", "privateIpAddress", ips.stream())
              .values("assignedIpv4PrefixSet", "ipv4Prefix", prefixes.stream());
      case Ipv6Assigned(var eni, var ips, var prefixes) ->
          xml.element("networkInterfaceId", eni)
              .values("assignedIpv6Addresses", ips.stream())
              .values("assignedIpv6PrefixSet", prefixes.stream());
      case Ipv6Unassigned(var eni, var ips, var prefixes) ->
          xml.element("networkInterfaceId", eni)
              .values("unassignedIpv6Addresses", ips.stream())
              .values("unassignedIpv6PrefixSet", prefixes.stream());
      case Listing<?>(var items, var token) -> {
        xml.list(listName(action), items.stream(), item -> ItemXml.write(xml, item));
        xml.optional("nextToken", token);
      }
      case VpcCreated(var vpc) -> xml.nested("vpc", _ -> ItemXml.write(xml, vpc));
      case CidrAssociated(var vpc, var id, var cidr) -> {
        xml.element("vpcId", vpc);
        var name = cidr.v6() ? "ipv6CidrBlockAssociation" : "cidrBlockAssociation";
        var state = action.startsWith("Dis") ? "disassociating" : "associated";
        xml.nested(name, _ -> ItemXml.association(xml, id, cidr, state));
      }
      case SubnetCreated(var subnet) -> xml.nested("subnet", _ -> ItemXml.write(xml, subnet));
      case SubnetCidrAssociated(var subnet, var cidr) ->
          xml.element("subnetId", subnet)
              .nested(
                  "ipv6CidrBlockAssociation",
                  _ -> ItemXml.association(xml, ItemXml.associationId(subnet), cidr, "associated"));
      case ReservationMade(var reservation) ->
          xml.nested("subnetCidrReservation", _ -> ItemXml.write(xml, reservation));
      case GroupCreated(var id) -> xml.element("return", true).element("groupId", id);
      case InstancesStarted(var instances) -> ItemXml.reservation(xml, instances);
      case InstancesTerminated(var changes) ->
          xml.list(
              "instancesSet",
              changes.stream(),
              change ->
                  xml.element("instanceId", change.instanceId())
                      .nested("currentState", _ -> ItemXml.state(xml, change.now()))
                      .nested("previousState", _ -> ItemXml.state(xml, change.before())));
      case MetadataModified(var id, var options) ->
          xml.element("instanceId", id)
              .nested("instanceMetadataOptions", _ -> ItemXml.metadata(xml, options));
      case EniAttribute(var eni, var attribute) -> EniXml.attribute(xml, eni, attribute);
      case VpcAttribute(var vpc, var attribute, var value) ->
          xml.element("vpcId", vpc).nested(attribute, _ -> xml.element("value", value));
    }
  }

  private static String listName(String action) {
    return switch (action) {
      case "DescribeNetworkInterfaces" -> "networkInterfaceSet";
      case "DescribeInstances" -> "reservationSet";
      case "DescribeInstanceTypes" -> "instanceTypeSet";
      case "DescribeSubnets" -> "subnetSet";
      case "DescribeVpcs" -> "vpcSet";
      case "DescribeSecurityGroups" -> "securityGroupInfo";
      case "DescribeTags" -> "tagSet";
      case "DescribeAvailabilityZones" -> "availabilityZoneInfo";
      case "DescribeRegions" -> "regionInfo";
      case "DescribeInstanceStatus" -> "instanceStatusSet";
      case "DescribeRouteTables" -> "routeTableSet";
      // Reservations of both families in one list would be split by EC2; here IPv6 ones are rare.
      case "GetSubnetCidrReservations" -> "subnetIpv4CidrReservationSet";
      default -> throw new IllegalArgumentException("no list in the answer to " + action);
    };
  }
}
