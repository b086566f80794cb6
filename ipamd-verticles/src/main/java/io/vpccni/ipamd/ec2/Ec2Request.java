package io.vpccni.ipamd.ec2;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * This is what the pool asks of EC2. Each is answered once, with the {@link Ec2Reply} of its kind,
 * within {@link Ec2Endpoints#DEADLINE}.
 */
public sealed interface Ec2Request extends BusMessage {
  /** Assigns {@code count} more single addresses or prefixes to this ENI, in one call. */
  record AssignAddresses(EniId eni, AddressKind kind, int count) implements Ec2Request {}

  /**
   * Gives single addresses and prefixes of one ENI back to its subnet. Those that are gone already
   * count as given back.
   */
  record UnassignAddresses(EniId eni, List<Cidr> cidrs) implements Ec2Request {
    public UnassignAddresses {
      cidrs = List.copyOf(cidrs);
    }
  }

  /**
   * Creates an ENI with {@code count} addresses, attaches it, sets delete-on-termination and waits
   * until it is visible.
   *
   * @param custom subnet and security groups of the ENIConfig, where custom networking is on
   */
  record CreateEni(int networkCard, AddressKind kind, int count, Optional<CustomNetwork> custom)
      implements Ec2Request {}

  /** Asks to detach and delete the ENI. One that is already gone counts as freed. */
  record FreeEni(EniId eni) implements Ec2Request {}

  /** Asks for all attached ENIs, as EC2 shows them (in IMDS-only mode, as IMDS does). */
  record DescribeAttached() implements Ec2Request {}

  /** This is where and with what an ENI is created under custom networking. */
  record CustomNetwork(SubnetId subnet, List<String> securityGroups) {
    public CustomNetwork {
      securityGroups = List.copyOf(securityGroups);
    }
  }
}
