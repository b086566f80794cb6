package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Attachment.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Describes a network interface.
 *
 * @param mac is in lower case with colons
 * @param type is EC2's word: {@code interface}, {@code efa}, {@code efa-only}, {@code trunk}, …
 * @param availableAt ends its status {@code pending}
 */
public record Eni(
    String id,
    Placement placement,
    String mac,
    String type,
    EniAddresses assigned,
    EniAttributes attributes,
    Instant availableAt,
    Optional<Attachment> attachment)
    implements Identified {
  public String subnetId() {
    return placement.subnetId();
  }

  public String vpcId() {
    return placement.vpcId();
  }

  public String zone() {
    return placement.zone();
  }

  /** Returns the primary IPv4 address; it is absent only for {@code efa-only}. */
  public Optional<Ip> primary() {
    return assigned.primary();
  }

  /** Returns the secondary IPv4 addresses in the order in which they were assigned. */
  public List<Ip> secondary() {
    return assigned.secondary();
  }

  /** Returns the single IPv4 addresses: the primary one first, then the secondary ones. */
  public List<Ip> ipv4() {
    return assigned.ipv4();
  }

  public List<Cidr> ipv4Prefixes() {
    return assigned.ipv4Prefixes();
  }

  public List<Ip> ipv6() {
    return assigned.ipv6();
  }

  public List<Cidr> ipv6Prefixes() {
    return assigned.ipv6Prefixes();
  }

  /** Returns the address that the internet sees instead of the primary one. */
  public Optional<Ip> publicIp() {
    return assigned.publicIp();
  }

  /**
   * Returns everything whose traffic belongs to this ENI: single addresses as /32 or /128, and
   * prefixes.
   */
  public List<Cidr> addresses() {
    return assigned.all();
  }

  public String description() {
    return attributes.description();
  }

  /** Ids of its security groups. */
  public List<String> groups() {
    return attributes.groups();
  }

  public boolean sourceDestCheck() {
    return attributes.sourceDestCheck();
  }

  public Optional<ConnectionTracking> tracking() {
    return attributes.tracking();
  }

  /** Returns EC2's word for its status at that time. */
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

  /** Returns the name that the VPC's resolver gives to one of its addresses. */
  public String dnsName(Ip ip) {
    var zone = zone();
    var region = zone.substring(0, zone.length() - 1);
    var domain = region.equals("us-east-1") ? "ec2" : region + ".compute";
    return "ip-" + ip.toString().replace('.', '-') + "." + domain + ".internal";
  }

  public boolean attachedTo(String instanceId) {
    return attachment.filter(at -> at.instanceId().equals(instanceId)).isPresent();
  }

  /** Returns whether the guest sees it: it is neither still being attached nor gone. */
  public boolean pluggedIn() {
    return attachment.filter(at -> at.status() == Status.ATTACHED).isPresent();
  }

  /** Returns this ENI as a reader sees it who does not know of its addresses yet. */
  public Eni withoutAddresses() {
    return with(EniAddresses.NONE);
  }

  Eni with(EniAddresses next) {
    return new Eni(id, placement, mac, type, next, attributes, availableAt, attachment);
  }

  Eni with(EniAttributes next) {
    return new Eni(id, placement, mac, type, assigned, next, availableAt, attachment);
  }

  Eni withAttachment(Optional<Attachment> next) {
    return new Eni(id, placement, mac, type, assigned, attributes, availableAt, next);
  }
}
