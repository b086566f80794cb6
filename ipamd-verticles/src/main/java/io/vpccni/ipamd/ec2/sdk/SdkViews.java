package io.vpccni.ipamd.ec2.sdk;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.ConnectionTrackingConfiguration;
import software.amazon.awssdk.services.ec2.model.InstanceTypeInfo;
import software.amazon.awssdk.services.ec2.model.NetworkInterface;
import software.amazon.awssdk.services.ec2.model.NetworkInterfaceAttachment;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;

/** Turns the SDK's answers into our values. */
final class SdkViews {
  private SdkViews() {}

  static EniView eni(NetworkInterface eni) {
    return new EniView(
        new EniId(eni.networkInterfaceId()),
        text(eni.macAddress()),
        new SubnetId(text(eni.subnetId())),
        text(eni.interfaceTypeAsString()),
        Optional.ofNullable(eni.attachment())
            .filter(attachment -> attachment.attachmentId() != null)
            .map(SdkViews::attachment),
        addresses(eni),
        new EniView.Labels(text(eni.description()), tags(eni.tagSet())),
        new EniView.Security(
            eni.groups().stream().map(group -> group.groupId()).sorted().toList(),
            tracking(eni.connectionTrackingConfiguration())));
  }

  private static EniView.Addresses addresses(NetworkInterface eni) {
    var ipv4 =
        eni.privateIpAddresses().stream()
            // Stable: the primary first, the rest as they come.
            .sorted((a, b) -> Boolean.compare(isTrue(b.primary()), isTrue(a.primary())))
            .map(address -> Ip.parse(address.privateIpAddress()))
            .toList();
    var prefixes =
        Stream.concat(
                eni.ipv4Prefixes().stream().map(prefix -> Cidr.parse(prefix.ipv4Prefix())),
                eni.ipv6Prefixes().stream().map(prefix -> Cidr.parse(prefix.ipv6Prefix())))
            .toList();
    return new EniView.Addresses(
        ipv4,
        eni.ipv6Addresses().stream().map(address -> Ip.parse(address.ipv6Address())).toList(),
        prefixes);
  }

  private static EniView.Tracking tracking(@Nullable ConnectionTrackingConfiguration tracking) {
    return tracking == null
        ? EniView.Tracking.NONE
        : new EniView.Tracking(
            Optional.ofNullable(tracking.tcpEstablishedTimeout()),
            Optional.ofNullable(tracking.udpStreamTimeout()),
            Optional.ofNullable(tracking.udpTimeout()));
  }

  private static EniView.Attachment attachment(NetworkInterfaceAttachment attachment) {
    return new EniView.Attachment(
        attachment.attachmentId(),
        text(attachment.instanceId()),
        number(attachment.networkCardIndex()),
        number(attachment.deviceIndex()),
        text(attachment.statusAsString()),
        isTrue(attachment.deleteOnTermination()));
  }

  static SubnetView subnet(Subnet subnet) {
    var cidrs = new ArrayList<Cidr>();
    if (subnet.cidrBlock() != null && !subnet.cidrBlock().isEmpty()) {
      cidrs.add(Cidr.parse(subnet.cidrBlock()));
    }
    subnet
        .ipv6CidrBlockAssociationSet()
        .forEach(association -> cidrs.add(Cidr.parse(association.ipv6CidrBlock())));
    return new SubnetView(
        new SubnetId(subnet.subnetId()),
        cidrs,
        number(subnet.availableIpAddressCount()),
        tags(subnet.tags()));
  }

  /** Reads the limits of an instance type that our table does not know. */
  static InstanceLimits limits(InstanceTypeInfo type) {
    var network = type.networkInfo();
    int enis = number(network.maximumNetworkInterfaces());
    List<Integer> cards =
        network.networkCards().stream()
            .sorted((a, b) -> number(a.networkCardIndex()) - number(b.networkCardIndex()))
            .map(card -> number(card.maximumNetworkInterfaces()))
            .toList();
    // EC2's figure is the sum over all cards; ours is that of the default card.
    var perCard = cards.isEmpty() ? List.of(enis) : cards;
    return new InstanceLimits(
        perCard.getFirst(),
        number(network.ipv4AddressesPerInterface()),
        switch (text(type.hypervisorAsString())) {
          case "nitro" -> InstanceLimits.Hypervisor.NITRO;
          case "xen" -> InstanceLimits.Hypervisor.XEN;
          default -> InstanceLimits.Hypervisor.UNKNOWN;
        },
        isTrue(type.bareMetal()),
        perCard);
  }

  private static Map<String, String> tags(List<Tag> tags) {
    return tags.stream()
        .collect(toUnmodifiableMap(Tag::key, tag -> text(tag.value()), (_, second) -> second));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static int number(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static boolean isTrue(@Nullable Boolean value) {
    return value != null && value;
  }
}
