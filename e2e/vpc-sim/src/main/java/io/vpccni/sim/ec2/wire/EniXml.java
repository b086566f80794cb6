package io.vpccni.sim.ec2.wire;

import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.query.Xml;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes the structure of an ENI, alone and within an instance. */
final class EniXml {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EniXml() {}

  static void write(Xml xml, EniView view) {
    write(xml, view, true);
  }

  /** Writes an ENI within its instance, whose id is then not repeated. */
  static void writeInner(Xml xml, EniView view) {
    write(xml, view, false);
  }

  private static void write(Xml xml, EniView view, boolean alone) {
    var eni = view.eni();
    xml.element("networkInterfaceId", eni.id())
        .element("subnetId", eni.subnetId())
        .element("vpcId", eni.vpcId())
        .element("availabilityZone", eni.zone())
        .element("description", eni.description())
        .element("ownerId", view.owner())
        .element("requesterManaged", false)
        .element("status", eni.status(view.at()))
        .element("macAddress", eni.mac())
        .optional("privateIpAddress", eni.primary())
        .optional("privateDnsName", eni.primary().map(eni::dnsName))
        .element("sourceDestCheck", eni.sourceDestCheck())
        .element("interfaceType", eni.type());
    groups(xml, view);
    eni.attachment()
        .ifPresent(at -> xml.nested("attachment", _ -> attachment(xml, view, at, alone)));
    addresses(xml, view);
    eni.tracking()
        .ifPresent(
            timeouts ->
                xml.nested(
                    "connectionTrackingConfiguration",
                    _ ->
                        xml.optional("tcpEstablishedTimeout", timeouts.tcpEstablished())
                            .optional("udpStreamTimeout", timeouts.udpStream())
                            .optional("udpTimeout", timeouts.udp())));
    tags(xml, view.tags());
  }

  /**
   * @param name is EC2's name of the attribute to write
   */
  static void attribute(Xml xml, EniView view, String name) {
    var eni = view.eni();
    xml.element("networkInterfaceId", eni.id());
    switch (name) {
      case "description" -> xml.nested(name, _ -> xml.element("value", eni.description()));
      case "sourceDestCheck" -> xml.nested(name, _ -> xml.element("value", eni.sourceDestCheck()));
      case "groupSet" -> groups(xml, view);
      case "attachment" ->
          eni.attachment().ifPresent(at -> xml.nested(name, _ -> attachment(xml, view, at, true)));
      default -> throw new IllegalArgumentException("no attribute " + name);
    }
  }

  private static void groups(Xml xml, EniView view) {
    xml.list(
        "groupSet",
        view.groups().stream(),
        group -> xml.element("groupId", group.id()).element("groupName", group.name()));
  }

  private static void addresses(Xml xml, EniView view) {
    var eni = view.eni();
    xml.list(
            "privateIpAddressesSet",
            eni.ipv4().stream(),
            ip -> {
              boolean primary = eni.primary().equals(Optional.of(ip));
              xml.element("privateIpAddress", ip)
                  .element("privateDnsName", eni.dnsName(ip))
                  .element("primary", primary);
              if (primary) {
                publicIp(xml, view);
              }
            })
        .list(
            "ipv6AddressesSet",
            eni.ipv6().stream(),
            ip -> xml.element("ipv6Address", ip).element("isPrimaryIpv6", false))
        .values("ipv4PrefixSet", "ipv4Prefix", eni.ipv4Prefixes().stream())
        .values("ipv6PrefixSet", "ipv6Prefix", eni.ipv6Prefixes().stream());
    publicIp(xml, view);
  }

  private static void publicIp(Xml xml, EniView view) {
    view.eni()
        .publicIp()
        .ifPresent(
            ip ->
                xml.nested(
                    "association",
                    _ -> xml.element("publicIp", ip).element("ipOwnerId", "amazon")));
  }

  private static void attachment(Xml xml, EniView view, Attachment at, boolean alone) {
    xml.element("attachmentId", at.id());
    if (alone) {
      xml.element("instanceId", at.instanceId()).element("instanceOwnerId", view.owner());
    }
    xml.element("deviceIndex", at.deviceIndex())
        .element("networkCardIndex", at.card())
        .element("status", at.status().name().toLowerCase(Locale.ROOT))
        .element("attachTime", time(at.attachedAt()))
        .element("deleteOnTermination", at.deleteOnTermination());
  }

  static void tags(Xml xml, Map<String, String> tags) {
    xml.list(
        "tagSet",
        tags.entrySet().stream(),
        tag -> xml.element("key", tag.getKey()).element("value", tag.getValue()));
  }

  static String time(Instant instant) {
    return TIME.format(instant);
  }
}
