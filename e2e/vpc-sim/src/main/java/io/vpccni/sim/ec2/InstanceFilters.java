package io.vpccni.sim.ec2;

import static io.vpccni.sim.ec2.Filters.texts;

import io.vpccni.sim.ec2.Ec2Answer.EniView;
import io.vpccni.sim.ec2.Ec2Answer.InstanceView;
import java.util.Map;
import java.util.stream.Stream;

/** Holds the filters of instances, of their status and of their types. */
final class InstanceFilters {
  private InstanceFilters() {}

  static final Filters<InstanceView> INSTANCE =
      new Filters<InstanceView>(InstanceView::tags)
          .one("instance-id", view -> view.instance().id())
          .one("instance-type", view -> view.instance().type())
          .one("image-id", view -> view.instance().imageId())
          .one("instance-state-name", view -> view.instance().state().word())
          .one("instance-state-code", view -> String.valueOf(view.instance().state().code))
          .one("reservation-id", view -> view.instance().reservationId())
          .one("launch-time", view -> view.instance().launchedAt().toString())
          .one("subnet-id", view -> view.instance().subnetId())
          .one("vpc-id", view -> view.instance().vpcId())
          .one("availability-zone", view -> view.instance().zone())
          .one("availability-zone-id", view -> DescribeActions.zoneId(view.instance().zone()))
          .one("owner-id", InstanceView::owner)
          .one("metadata-options.http-tokens", view -> view.instance().metadata().tokens())
          .one("metadata-options.http-endpoint", view -> view.instance().metadata().endpoint())
          .one(
              "metadata-options.http-put-response-hop-limit",
              view -> String.valueOf(view.instance().metadata().hopLimit()))
          .all(
              "private-ip-address",
              view -> texts(primary(view).flatMap(e -> e.eni().ipv4().stream().limit(1))))
          .all(
              "private-dns-name",
              view ->
                  primary(view)
                      .flatMap(e -> e.eni().primary().stream().map(e.eni()::dnsName))
                      .toList())
          .all("ip-address", view -> texts(primary(view).flatMap(e -> e.eni().publicIp().stream())))
          .all("ipv6-address", view -> texts(primary(view).flatMap(e -> e.eni().ipv6().stream())))
          .all(
              "instance.group-id",
              view -> primary(view).flatMap(e -> e.eni().groups().stream()).toList())
          .all(
              "instance.group-name",
              view ->
                  primary(view).flatMap(e -> e.groups().stream()).map(SecurityGroup::name).toList())
          .all(
              "source-dest-check", view -> texts(primary(view).map(e -> e.eni().sourceDestCheck())))
          .each("network-interface.", EniFilters.ENI, InstanceView::enis)
          .unmodelled(
              "affinity",
              "architecture",
              "block-device-mapping.*",
              "boot-mode",
              "capacity-reservation-id",
              "capacity-reservation-specification.*",
              "client-token",
              "current-instance-boot-mode",
              "dns-name",
              "ebs-optimized",
              "ena-support",
              "enclave-options.enabled",
              "hibernation-options.configured",
              "host-id",
              "hypervisor",
              "iam-instance-profile.*",
              "instance-lifecycle",
              "kernel-id",
              "key-name",
              "launch-index",
              "maintenance-options.auto-recovery",
              "metadata-options.*",
              "monitoring-state",
              "network-interface.*",
              "network-performance-options.*",
              "operator.*",
              "outpost-arn",
              "placement-group-name",
              "placement-partition-number",
              "platform",
              "platform-details",
              "private-dns-name-options.*",
              "product-code",
              "product-code.type",
              "ramdisk-id",
              "reason",
              "requester-id",
              "root-device-name",
              "root-device-type",
              "spot-instance-request-id",
              "state-reason-code",
              "state-reason-message",
              "tenancy",
              "tpm-support",
              "usage-operation",
              "usage-operation-update-time",
              "virtualization-type");

  private static Stream<EniView> primary(InstanceView view) {
    return view.enis().stream()
        .filter(e -> e.eni().attachment().filter(Attachment::primary).isPresent());
  }

  static final Filters<InstanceView> STATUS =
      new Filters<InstanceView>(_ -> Map.of())
          .one("availability-zone", view -> view.instance().zone())
          .one("availability-zone-id", view -> DescribeActions.zoneId(view.instance().zone()))
          .one("instance-state-name", view -> view.instance().state().word())
          .one("instance-state-code", view -> String.valueOf(view.instance().state().code))
          .one("instance-status.status", view -> view.instance().health())
          .one("system-status.status", view -> view.instance().health())
          .unmodelled(
              "event.*",
              "instance-status.*",
              "system-status.*",
              "operator.*",
              "attached-ebs-status.*");

  static final Filters<InstanceType> TYPE =
      new Filters<InstanceType>(_ -> Map.of())
          .one("instance-type", InstanceType::name)
          .one("hypervisor", InstanceType::hypervisor)
          .flag("bare-metal", InstanceType::bareMetal)
          .one("network-info.maximum-network-interfaces", type -> String.valueOf(type.enis()))
          .one("network-info.maximum-network-cards", type -> String.valueOf(type.cards().size()))
          .one(
              "network-info.ipv4-addresses-per-interface",
              type -> String.valueOf(type.ipv4PerEni()))
          .one(
              "network-info.ipv6-addresses-per-interface",
              type -> String.valueOf(type.ipv4PerEni()))
          .flag("network-info.ipv6-supported", _ -> true)
          .flag("network-info.efa-supported", type -> type.cards().size() > 1)
          .unmodelled(
              "auto-recovery-supported",
              "burstable-performance-supported",
              "current-generation",
              "dedicated-hosts-supported",
              "ebs-info.*",
              "ebs-info.ebs-optimized-info.*",
              "ebs-info.nvme-support",
              "free-tier-eligible",
              "hibernation-supported",
              "instance-storage-info.*",
              "instance-storage-info.disk.*",
              "instance-storage-supported",
              "memory-info.*",
              "network-info.*",
              "network-info.efa-info.*",
              "nitro-enclaves-support",
              "nitro-tpm-info.*",
              "nitro-tpm-support",
              "processor-info.*",
              "reboot-migration-support",
              "supported-boot-mode",
              "supported-root-device-type",
              "supported-usage-class",
              "supported-virtualization-type",
              "vcpu-info.*");
}
