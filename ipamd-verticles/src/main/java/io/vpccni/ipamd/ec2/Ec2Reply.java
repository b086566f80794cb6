package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * This is what became of an {@link Ec2Request}. Each question has a reply type of its own, which is
 * its success or a {@link Failed}.
 */
public sealed interface Ec2Reply extends BusMessage {
  /** This is the reply to {@link Ec2Request.AssignAddresses}. */
  sealed interface AssignAddressesReply extends Ec2Reply {}

  /** This is the reply to {@link Ec2Request.UnassignAddresses}. */
  sealed interface UnassignAddressesReply extends Ec2Reply {}

  /** This is the reply to {@link Ec2Request.CreateEni}. */
  sealed interface CreateEniReply extends Ec2Reply {}

  /** This is the reply to {@link Ec2Request.FreeEni}. */
  sealed interface FreeEniReply extends Ec2Reply {}

  /** This is the reply to {@link Ec2Request.DescribeAttached}. */
  sealed interface DescribeAttachedReply extends Ec2Reply {}

  /**
   * Lists the addresses and prefixes that are new; the ENI's primary address is never among them.
   */
  record AddressesAssigned(EniId eni, List<Cidr> cidrs) implements AssignAddressesReply {
    public AddressesAssigned {
      cidrs = List.copyOf(cidrs);
    }
  }

  record AddressesUnassigned(EniId eni, List<Cidr> cidrs) implements UnassignAddressesReply {
    public AddressesUnassigned {
      cidrs = List.copyOf(cidrs);
    }
  }

  record EniCreated(AttachedEni eni) implements CreateEniReply {}

  record EniFreed(EniId eni) implements FreeEniReply {}

  /** Answers a describe; an ENI that is not in it is not attached. */
  record Described(List<AttachedEni> enis) implements DescribeAttachedReply {
    public Described {
      enis = List.copyOf(enis);
    }
  }

  /**
   * This is what IMDS shows where EC2 was to be described: it may be a little old, and lacks tags.
   */
  record Hinted(List<AttachedEni> enis, Optional<Failed> insteadOf)
      implements DescribeAttachedReply {
    public Hinted {
      enis = List.copyOf(enis);
    }
  }

  /**
   * This is the failure with which every question can end.
   *
   * @param action EC2's name, for example {@code AssignPrivateIpAddresses}
   * @param code EC2's error code, or {@code Timeout}, {@code Unreachable} where there was no answer
   * @param kind what the caller may do about it
   * @param subnet the subnet it is about, where the code is about one
   */
  record Failed(
      String action, String code, String message, FailureKind kind, Optional<String> subnet)
      implements AssignAddressesReply,
          UnassignAddressesReply,
          CreateEniReply,
          FreeEniReply,
          DescribeAttachedReply {}

  /** Sorts failures by what the caller may do. */
  enum FailureKind {
    /**
     * There were too many requests, for EC2 or for our own budget; nothing happened, and the same
     * may be asked later.
     */
    THROTTLED,
    /** EC2 was not reached or could not; nothing happened: later again. */
    UNAVAILABLE,
    /**
     * EC2 has not been asked, because what the request needs is not known yet while IMDS is away.
     */
    NOT_ASKED,
    /** It may have happened: read the real state before asking again. */
    OUTCOME_UNKNOWN,
    /** The subnet has no address, or no contiguous /28, left. */
    SUBNET_EXHAUSTED,
    /**
     * The ENI or the instance holds as many as it may: our count was stale, read the real state.
     */
    LIMIT_EXCEEDED,
    /** The role lacks the permission: a person must act. */
    UNAUTHORIZED,
    /** The same request can never work. */
    PERMANENT;

    /** Tells whether only EC2's real state can tell what became of the request. */
    public boolean unclear() {
      return switch (this) {
        case OUTCOME_UNKNOWN, LIMIT_EXCEEDED, PERMANENT -> true;
        case THROTTLED, UNAVAILABLE, NOT_ASKED, SUBNET_EXHAUSTED, UNAUTHORIZED -> false;
      };
    }
  }
}
