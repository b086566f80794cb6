package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ENI as EC2 shows it.
 *
 * @param type EC2's interface type, for example {@code interface}, {@code trunk}
 * @param ipv4 the primary address first
 * @param prefixes of both families
 * @param groups sorted
 */
public record EniView(
    EniId id,
    String mac,
    SubnetId subnet,
    String type,
    String description,
    Optional<Attachment> attachment,
    List<Ip> ipv4,
    List<Ip> ipv6,
    List<Cidr> prefixes,
    List<String> groups,
    Map<String, String> tags,
    Tracking tracking) {
  public EniView {
    ipv4 = List.copyOf(ipv4);
    ipv6 = List.copyOf(ipv6);
    prefixes = List.copyOf(prefixes);
    groups = List.copyOf(groups);
    tags = Map.copyOf(tags);
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

  /** Connection tracking timeouts in seconds; where one is not set, EC2's default holds. */
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

  public EniView attached(Attachment to) {
    return new EniView(
        id,
        mac,
        subnet,
        type,
        description,
        Optional.of(to),
        ipv4,
        ipv6,
        prefixes,
        groups,
        tags,
        tracking);
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
    return new EniView(
        id, mac, subnet, type, description, attachment, ipv4, ipv6, all, groups, tags, tracking);
  }

  public EniView withGroups(List<String> all) {
    return new EniView(
        id, mac, subnet, type, description, attachment, ipv4, ipv6, prefixes, all, tags, tracking);
  }

  public EniView withTags(Map<String, String> all) {
    return new EniView(
        id,
        mac,
        subnet,
        type,
        description,
        attachment,
        ipv4,
        ipv6,
        prefixes,
        groups,
        all,
        tracking);
  }
}
