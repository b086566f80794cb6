package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;

/** What became of an {@link Ec2Request}. */
public sealed interface Ec2Reply extends BusMessage {
  /** Only what is new; never the ENI's primary address. */
  record AddressesAssigned(EniId eni, List<Cidr> cidrs) implements Ec2Reply {
    public AddressesAssigned {
      cidrs = List.copyOf(cidrs);
    }
  }

  record AddressesUnassigned(EniId eni, List<Cidr> cidrs) implements Ec2Reply {
    public AddressesUnassigned {
      cidrs = List.copyOf(cidrs);
    }
  }

  record EniCreated(AttachedEni eni) implements Ec2Reply {}

  record EniFreed(EniId eni) implements Ec2Reply {}

  /**
   * The answer to both describes; an ENI that is not in it is not attached.
   *
   * @param authoritative false where IMDS had to answer for EC2: then it is a hint only
   */
  record Described(List<AttachedEni> enis, boolean authoritative) implements Ec2Reply {
    public Described {
      enis = List.copyOf(enis);
    }
  }

  /**
   * @param action EC2's name, for example {@code AssignPrivateIpAddresses}
   * @param code EC2's error code, or {@code Timeout}, {@code Unreachable} where there was no answer
   * @param kind what the caller may do about it
   * @param subnet the subnet it is about, where the code is about one
   */
  record Failed(
      String action, String code, String message, FailureKind kind, Optional<String> subnet)
      implements Ec2Reply {}

  /** Sorted by what the caller may do. */
  enum FailureKind {
    /** What the request needs is not known yet, IMDS being away: EC2 has not been asked. */
    NOT_ASKED,
    /** Nothing happened: the same request may be repeated after a pause. */
    RETRYABLE,
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
    PERMANENT
  }
}
