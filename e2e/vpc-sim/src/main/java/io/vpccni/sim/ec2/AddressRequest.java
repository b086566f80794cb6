package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;

/**
 * Addresses wished for an ENI: so many of EC2's choice, or these. EC2 takes only one of the four at
 * a time, per family.
 */
public record AddressRequest(int count, int prefixCount, List<Ip> ips, List<Cidr> prefixes) {
  public static final AddressRequest NONE = new AddressRequest(0, 0, List.of(), List.of());

  public AddressRequest {
    ips = List.copyOf(ips);
    prefixes = List.copyOf(prefixes);
  }

  public static AddressRequest count(int count) {
    return new AddressRequest(count, 0, List.of(), List.of());
  }

  public static AddressRequest prefixes(int count) {
    return new AddressRequest(0, count, List.of(), List.of());
  }

  boolean empty() {
    return this.equals(NONE);
  }

  /** Places it takes of what an ENI can hold: a prefix takes one, like an address. */
  int places() {
    return count + prefixCount + ips.size() + prefixes.size();
  }

  int kinds() {
    return (count != 0 ? 1 : 0)
        + (prefixCount != 0 ? 1 : 0)
        + (ips.isEmpty() ? 0 : 1)
        + (prefixes.isEmpty() ? 0 : 1);
  }
}
