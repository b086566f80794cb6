package io.vpccni.ipamd.imds;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.rpc.address.Cidr;
import java.util.List;

/**
 * The VPC has these address blocks now; this is published after the first read and after each
 * change.
 */
public record VpcCidrsChanged(List<Cidr> ipv4, List<Cidr> ipv6) implements BusMessage {
  public VpcCidrsChanged {
    ipv4 = List.copyOf(ipv4);
    ipv6 = List.copyOf(ipv6);
  }
}
