package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.Kernel.HostAddress;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.PodsListed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** However many addresses the host has, their list fits into one frame. */
class HostAddressesTest {
  private static final Cidr OF_THE_VPC = Cidr.parse("10.0.7.16/28");

  private final HostAddresses addresses = new HostAddresses();

  private List<HostAddress> listed(int others) {
    var routes = new ArrayList<Route>();
    for (int n = 0; n < others; n++) {
      var ip = Ip.parse("2001:db8:aaaa:bbbb:cccc:dddd:eee0:1000").plus(n);
      routes.add(Route.onLink(ip.asCidr(), 1, Route.LOCAL));
    }
    routes.add(Route.onLink(OF_THE_VPC, 1, Route.LOCAL));
    var view = new KernelView(List.of(), List.of(), routes, List.of(), List.of());
    return addresses.in(view, Optional.of(SampleState.host("02:00:00:63:53:4c", "10.0.0.4")));
  }

  @Test
  void largeBlocksTakeNoMoreRoomThanSingleAddresses() {
    var routes =
        List.of("172.20.0.0/16", "10.0.0.0/8", "2001:db8::/64").stream()
            .map(block -> Route.onLink(Cidr.parse(block), 1, Route.LOCAL))
            .toList();
    var view = new KernelView(List.of(), List.of(), routes, List.of(), List.of());
    assertThat(addresses.in(view, Optional.empty())).hasSize(3);
  }

  @Test
  void moreThanAFrameHoldsAreLeftOutAndThoseOfTheVpcFirstListed() {
    var listed = listed(60_000);
    assertThat(listed).hasSize(HostAddresses.MOST);
    assertThat(listed.getFirst().cidr()).isEqualTo(OF_THE_VPC);
    var answer = PodsListed.newBuilder();
    for (var address : listed) {
      answer.addAddresses(
          io.vpccni.rpc.wire.netprog.HostAddress.newBuilder()
              .setCidr(address.cidr().toString())
              .setLink("fifteen-letters"));
    }
    assertThat(Envelope.newBuilder().setPodsListed(answer).build().getSerializedSize())
        .as("the rest of the frame is for the veths")
        .isLessThan(Framing.ENVELOPE.maxBody() / 2);
  }

  @Test
  void whatFitsIsListedAsItIsFound() {
    assertThat(listed(3)).hasSize(4).last().extracting(HostAddress::cidr).isEqualTo(OF_THE_VPC);
  }

  /** The pool asks for a list every few seconds, and the log would be full of it. */
  @Test
  void aListThatIsCutIsToldOnceUntilOneIsWhole() {
    var told = new ArrayList<Level>();
    var log = Logger.getLogger(HostAddresses.class.getName());
    var handler =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            told.add(entry.getLevel());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    log.addHandler(handler);
    try {
      for (int others : new int[] {3, 20_000, 20_001, 20_000, 3, 3, 20_000}) listed(others);
    } finally {
      log.removeHandler(handler);
    }
    assertThat(told).containsExactly(Level.WARNING, Level.INFO, Level.WARNING);
  }
}
