package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A large table of the kernel changes while it is read. Each change happens between two datagrams
 * of the same dump, so nothing is left to chance. Linux 6.18 showed which tables the kernel marks.
 */
@Timeout(60)
class InterruptedDumpIT {
  private static final short NLM_F_DUMP = 0x300;
  private static final short NLM_F_DUMP_INTR = 0x10;

  private interface Lister {
    List<?> list(NetlinkSocket socket) throws NetlinkFailed;
  }

  /** The ways in which a dump of a changing table is handled. */
  private enum Change {
    /** The kernel marks the dump, which is then repeated. */
    MARKED,
    /** The kernel lists by position and says nothing, so it is read until two readings agree. */
    COMPARED,
    /** The kernel lists by key, so that what is there all the time is listed. */
    HARMLESS
  }

  private record Table(
      String name,
      Change change,
      int size,
      IntFunction<String> entry,
      String oneChange,
      String anotherChange,
      Lister lister) {
    private String family() {
      return name.startsWith("IPV6") ? "-6" : "-4";
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Table> tables() {
    return Stream.of(
        new Table(
            "LINKS",
            Change.MARKED,
            120,
            i -> "link add a%d type veth peer name b%d".formatted(i, i),
            "link add late type veth peer name later",
            "link del a3",
            Link::list),
        new Table(
            "IPV4_ADDRESSES",
            Change.MARKED,
            2000,
            i -> "addr add 10.9.%d.%d/32 dev lo".formatted(i / 250, i % 250),
            "addr add 10.10.0.1/32 dev lo",
            "addr del 10.9.0.3/32 dev lo",
            socket -> Address.list(socket, false)),
        new Table(
            "IPV6_ADDRESSES",
            Change.MARKED,
            1500,
            i -> "addr add 2001:db8::%x/128 dev lo nodad".formatted(i + 1),
            // A new one counts as a change only when a worker of the kernel is done with it.
            "addr del 2001:db8::5/128 dev lo",
            "addr del 2001:db8::3/128 dev lo",
            socket -> Address.list(socket, true)),
        new Table(
            "IPV4_ROUTES",
            Change.HARMLESS,
            3000,
            i -> "route add 10.9.%d.%d/32 dev lo".formatted(i / 250, i % 250),
            "route add 10.8.0.1/32 dev lo",
            "route del 10.9.0.3/32 dev lo",
            socket -> Route.list(socket, false)),
        new Table(
            "IPV6_ROUTES",
            Change.HARMLESS,
            2000,
            i -> "route add 2001:db8::%x/128 dev lo".formatted(i + 1),
            "route add 2001:db7::1/128 dev lo",
            "route del 2001:db8::3/128 dev lo",
            socket -> Route.list(socket, true)),
        new Table(
            "IPV4_RULES",
            Change.COMPARED,
            3000,
            i -> "rule add prio 512 to 10.9.%d.%d lookup main".formatted(i / 250, i % 250),
            "rule add prio 100 to 10.10.0.1 lookup main",
            "rule del prio 512 to 10.9.0.3 lookup main",
            socket -> Rule.list(socket, false)),
        new Table(
            "IPV6_RULES",
            Change.COMPARED,
            2000,
            i -> "rule add prio 512 to 2001:db8::%x lookup main".formatted(i + 1),
            "rule add prio 100 to 2001:db8:1::1 lookup main",
            "rule del prio 512 to 2001:db8::3 lookup main",
            socket -> Rule.list(socket, true)));
  }

  private interface Happening {
    void run() throws SystemCallFailed;
  }

  /** A wire to the kernel on which something happens after the first datagram of the first dump. */
  private static final class Disturbed implements ForwardingWire {
    private final Wire wire;
    private final Happening change;
    private int dumps;
    private int datagrams;
    private boolean told;

    Disturbed(Wire wire, Happening change) {
      this.wire = wire;
      this.change = change;
    }

    @Override
    public Wire wire() {
      return wire;
    }

    @Override
    public void send(ByteBuffer data) throws SystemCallFailed {
      if ((data.getShort(data.position() + 6) & NLM_F_DUMP) == NLM_F_DUMP) {
        dumps++;
      }
      wire.send(data);
    }

    @Override
    public boolean receive(ByteBuffer into, int timeoutMillis) throws SystemCallFailed {
      boolean received = wire.receive(into, timeoutMillis);
      datagrams++;
      if (datagrams == 1) {
        change.run();
      }
      int end = received ? into.limit() : 0;
      for (int at = into.position(); at < end; at += (into.getInt(at) + 3) & ~3) {
        told |= (into.getShort(at + 6) & NLM_F_DUMP_INTR) != 0;
      }
      return received;
    }
  }

  private static void fill(TestNode node, Table table) {
    node.onNode("link set lo up");
    node.batchOnNode(table.family(), IntStream.range(0, table.size).mapToObj(table.entry).toList());
  }

  @ParameterizedTest
  @MethodSource("tables")
  void whatIsReadAtLastIsWhole(Table table) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      fill(node, table);
      for (var change : List.of(table.oneChange, table.anotherChange)) {
        whileItIsRead(node, table, change);
      }
    }
  }

  private static void whileItIsRead(TestNode node, Table table, String change) throws Exception {
    var wire = InNamespace.call(node.namespace, () -> NetlinkSocket.wire(NetlinkSocket.ROUTE));
    var disturbed = new Disturbed(wire, () -> node.onNode(table.family() + " " + change));
    try (var socket = NetlinkSocket.over(disturbed)) {
      var before = quietly(node, table);
      var read = table.lister.list(socket);
      var after = quietly(node, table);
      assertThat(before).as("it did change").isNotEqualTo(after);
      assertThat(disturbed.told).as("the kernel marks it").isEqualTo(table.change == Change.MARKED);
      if (table.change != Change.HARMLESS) {
        assertThat(disturbed.dumps).as("read again").isGreaterThan(1);
        assertThat(read).isEqualTo(after);
      } else {
        var untouched = new ArrayList<Object>(before);
        untouched.retainAll(new HashSet<>(after));
        untouched.removeAll(new HashSet<>(read));
        assertThat(untouched).as("not listed").isEmpty();
      }
    }
  }

  private static List<?> quietly(TestNode node, Table table) throws Exception {
    try (var socket =
        InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      return table.lister.list(socket);
    }
  }

  /**
   * The kernel continues a dump that nobody reads to its end, and refuses another one meanwhile.
   */
  @ParameterizedTest
  @MethodSource("tables")
  void afterOneThatBrokeOffTheNextIsWhole(Table table) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      fill(node, table);
      var wire = InNamespace.call(node.namespace, () -> NetlinkSocket.wire(NetlinkSocket.ROUTE));
      var disturbed = new Disturbed(wire, InterruptedDumpIT::overrun);
      try (var socket = NetlinkSocket.over(disturbed)) {
        assertThatThrownBy(() -> table.lister.list(socket)).isInstanceOf(NetlinkFailed.class);
        assertThat(table.lister.list(socket)).isEqualTo(quietly(node, table));
      }
    }
  }

  private static void overrun() throws SystemCallFailed {
    throw new SystemCallFailed("receive on netlink", Errno.ENOBUFS);
  }
}
