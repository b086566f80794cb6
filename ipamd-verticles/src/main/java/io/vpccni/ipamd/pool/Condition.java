package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import java.time.Instant;

/**
 * Something is not as it should be, named so that people can look it up and programs can count it.
 *
 * @param reason one word or code, stable: EC2's error code, for example
 * @param detail for a person
 */
public record Condition(Key key, String reason, String detail, Instant since)
    implements BusMessage {

  /**
   * @param name upper camel case; the pool's own are in {@link Name}
   * @param subject what it is about (a subnet, an action, an address); empty where there is only
   *     one
   */
  public record Key(String name, String subject) implements Comparable<Key> {
    public static Key of(Name name, String subject) {
      return new Key(name.text(), subject);
    }

    @Override
    public int compareTo(Key other) {
      int byName = name.compareTo(other.name);
      return byName != 0 ? byName : subject.compareTo(other.subject);
    }
  }

  /** Holds the pool's own conditions; {@link #text} is what metrics and events show. */
  public enum Name {
    SUBNET_EXHAUSTED("SubnetExhausted"),
    /** No contiguous /28 is left in a subnet: single addresses are used there meanwhile. */
    PREFIXES_UNAVAILABLE("PrefixesUnavailable"),
    EC2_REFUSED("Ec2Refused"),
    ENI_LIMIT_REACHED("EniLimitReached"),
    /** Nothing is free and nothing can be made free now. */
    NO_ADDRESS_AVAILABLE("NoAddressAvailable"),
    /** A pod uses an address that EC2 no longer assigns to this node. */
    ADDRESS_LOST("AddressLost"),
    /** A link of the node itself has the address of a pod, so the pod gets no packets. */
    ADDRESS_ON_HOST("AddressOnHost"),
    /** The host itself has so many of a card's addresses that no more are kept ready on it. */
    HOST_TAKES_ADDRESSES("HostTakesAddresses"),
    /** A link uses an address that no entry explains. */
    ADDRESS_QUARANTINED("AddressQuarantined"),
    /** A live veth routes to an address that is not ours. */
    UNKNOWN_VETH("UnknownVeth"),
    /** Pods get no way to the family that the cluster does not speak. */
    EGRESS_UNAVAILABLE("EgressUnavailable"),
    ENI_LINK_MISSING("EniLinkMissing"),
    ENI_CONFIG_MISSING("EniConfigMissing"),
    DATAPLANE_UNREACHABLE("DataplaneUnreachable"),
    CHECKPOINT_UNREADABLE("CheckpointUnreadable"),
    /** The checkpoint came with an image or a snapshot of another instance, and is not used. */
    CHECKPOINT_FOREIGN("CheckpointForeign"),
    CHECKPOINT_UNWRITABLE("CheckpointUnwritable");

    private final String text;

    Name(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
