package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Attachment.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network interface.
 *
 * @param mac lower case with colons
 * @param type EC2's word: {@code interface}, {@code efa}, {@code efa-only}, {@code trunk}, …
 * @param primary absent only for {@code efa-only}
 * @param secondary IPv4, in the order they were given
 * @param groups security group ids
 * @param availableAt until then its status is {@code pending}
 * @param publicIp what the internet sees instead of {@code primary}
 */
public record Eni(
    String id,
    String subnetId,
    String vpcId,
    String zone,
    String mac,
    String description,
    String type,
    Optional<Ip> primary,
    List<Ip> secondary,
    List<Cidr> ipv4Prefixes,
    List<Ip> ipv6,
    List<Cidr> ipv6Prefixes,
    List<String> groups,
    boolean sourceDestCheck,
    Instant availableAt,
    Optional<ConnectionTracking> tracking,
    Optional<Ip> publicIp,
    Optional<Attachment> attachment)
    implements Identified {
  public Eni {
    secondary = List.copyOf(secondary);
    ipv4Prefixes = List.copyOf(ipv4Prefixes);
    ipv6 = List.copyOf(ipv6);
    ipv6Prefixes = List.copyOf(ipv6Prefixes);
    groups = List.copyOf(groups);
  }

  /** EC2's word for its state at that time. */
  public String status(Instant now) {
    return attachment
        .map(
            at ->
                switch (at.status()) {
                  case ATTACHING -> "attaching";
                  case ATTACHED -> "in-use";
                  case DETACHING -> "detaching";
                })
        .orElse(availableAt.isAfter(now) ? "pending" : "available");
  }

  /** The name that the VPC's resolver gives one of its addresses. */
  public String dnsName(Ip ip) {
    var region = zone.substring(0, zone.length() - 1);
    var domain = region.equals("us-east-1") ? "ec2" : region + ".compute";
    return "ip-" + ip.toString().replace('.', '-') + "." + domain + ".internal";
  }

  public boolean attachedTo(String instanceId) {
    return attachment.filter(at -> at.instanceId().equals(instanceId)).isPresent();
  }

  /** The guest sees it: neither still being plugged in nor gone. */
  public boolean pluggedIn() {
    return attachment.filter(at -> at.status() == Status.ATTACHED).isPresent();
  }

  /** Primary first, then the secondary ones; without prefixes. */
  public List<Ip> ipv4() {
    return Stream.concat(primary.stream(), secondary.stream()).toList();
  }

  /**
   * Everything whose traffic belongs to this ENI: single addresses as /32 or /128, and prefixes.
   */
  public List<Cidr> addresses() {
    return Stream.of(
            ipv4().stream().map(Ip::asCidr),
            ipv4Prefixes.stream(),
            ipv6.stream().map(Ip::asCidr),
            ipv6Prefixes.stream())
        .flatMap(all -> all)
        .toList();
  }

  /** The same without any address: what a reader sees who does not know of them yet. */
  public Eni withoutAddresses() {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        Optional.empty(),
        attachment);
  }

  Eni withIpv4(List<Ip> ips, List<Cidr> prefixes) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        ips,
        prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        publicIp,
        attachment);
  }

  Eni withIpv6(List<Ip> ips, List<Cidr> prefixes) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ips,
        prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        publicIp,
        attachment);
  }

  Eni withGroups(List<String> next) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        next,
        sourceDestCheck,
        availableAt,
        tracking,
        publicIp,
        attachment);
  }

  Eni withDescription(String next) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        next,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        publicIp,
        attachment);
  }

  Eni withSourceDestCheck(boolean on) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        on,
        availableAt,
        tracking,
        publicIp,
        attachment);
  }

  Eni withTracking(Optional<ConnectionTracking> next) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        next,
        publicIp,
        attachment);
  }

  Eni withPublicIp(Optional<Ip> next) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        next,
        attachment);
  }

  Eni withAttachment(Optional<Attachment> next) {
    return new Eni(
        id,
        subnetId,
        vpcId,
        zone,
        mac,
        description,
        type,
        primary,
        secondary,
        ipv4Prefixes,
        ipv6,
        ipv6Prefixes,
        groups,
        sourceDestCheck,
        availableAt,
        tracking,
        publicIp,
        next);
  }
}
