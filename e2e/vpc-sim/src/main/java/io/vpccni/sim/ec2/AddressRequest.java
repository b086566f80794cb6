package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;

/**
 * Asks for addresses of one family: a number of them chosen by EC2, or these. EC2 accepts only one
 * of the four in a request.
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

  /**
   * Returns how many of an ENI's address slots it takes up; a prefix takes one slot, as an address
   * does.
   */
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
