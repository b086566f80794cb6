package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows an ENI as EC2 does.
 *
 * @param type EC2's interface type, for example {@code interface}, {@code trunk}
 */
public record EniView(
    EniId id,
    String mac,
    SubnetId subnet,
    String type,
    Optional<Attachment> attachment,
    Addresses addresses,
    Labels labels,
    Security security) {
  /**
   * What the ENI holds of its subnet.
   *
   * @param ipv4 the primary address first
   * @param prefixes of both families
   */
  public record Addresses(List<Ip> ipv4, List<Ip> ipv6, List<Cidr> prefixes) {
    public Addresses {
      ipv4 = List.copyOf(ipv4);
      ipv6 = List.copyOf(ipv6);
      prefixes = List.copyOf(prefixes);
    }
  }

  /** Tells whose the ENI is. */
  public record Labels(String description, Map<String, String> tags) {
    public Labels {
      tags = Map.copyOf(tags);
    }
  }

  /**
   * Holds the rules that EC2 applies to the ENI's traffic.
   *
   * @param groups security groups, sorted
   */
  public record Security(List<String> groups, Tracking tracking) {
    public Security {
      groups = List.copyOf(groups);
    }
  }

  /**
   * @param status {@code attaching}, {@code attached}, {@code detaching} or {@code detached}
   */
  public record Attachment(
      String id,
      String instance,
      int networkCard,
      int deviceIndex,
      String status,
      boolean deleteOnTermination) {
    public Attachment deletedOnTermination() {
      return new Attachment(id, instance, networkCard, deviceIndex, status, true);
    }
  }

  /** Holds connection tracking timeouts in seconds; where one is not set, EC2's default holds. */
  public record Tracking(
      Optional<Integer> tcpEstablished, Optional<Integer> udpStream, Optional<Integer> udp) {
    public static final Tracking NONE =
        new Tracking(Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isSet() {
      return !equals(NONE);
    }
  }

  /**
   * Tells whether it is attached there; being detached counts as gone, since nothing can be done
   * with it any more.
   */
  public boolean attachedTo(String instance) {
    return attachment
        .filter(a -> a.instance().equals(instance) && !a.status().startsWith("detach"))
        .isPresent();
  }

  public List<Ip> ipv4() {
    return addresses.ipv4();
  }

  public List<Ip> ipv6() {
    return addresses.ipv6();
  }

  public List<Cidr> prefixes() {
    return addresses.prefixes();
  }

  public String description() {
    return labels.description();
  }

  public Map<String, String> tags() {
    return labels.tags();
  }

  public List<String> groups() {
    return security.groups();
  }

  public EniView attached(Attachment to) {
    return new EniView(id, mac, subnet, type, Optional.of(to), addresses, labels, security);
  }

  /** Returns the same ENI, now marked to be deleted by EC2 with its instance. */
  public EniView markedForDeletion() {
    return attachment.map(at -> attached(at.deletedOnTermination())).orElse(this);
  }

  /** Tells whether it is attached and would outlive its instance. */
  public boolean outlivesInstance() {
    return attachment.filter(at -> !at.deleteOnTermination()).isPresent();
  }

  public EniView withPrefixes(List<Cidr> all) {
    var changed = new Addresses(ipv4(), ipv6(), all);
    return new EniView(id, mac, subnet, type, attachment, changed, labels, security);
  }

  public EniView withGroups(List<String> all) {
    var changed = new Security(all, security.tracking());
    return new EniView(id, mac, subnet, type, attachment, addresses, labels, changed);
  }

  public EniView withTags(Map<String, String> all) {
    var changed = new Labels(description(), all);
    return new EniView(id, mac, subnet, type, attachment, addresses, changed, security);
  }
}
