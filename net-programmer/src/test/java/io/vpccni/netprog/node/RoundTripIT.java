package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Address;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.Neighbour;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.Request;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is written is read back as an equal value, above all where a field has its neutral element:
 * a block of length 0, a mask of all ones, priority, scope or metric 0. An object that is read back
 * as another one would be repaired for ever.
 */
class RoundTripIT extends NodeTest {
  private static final int SEEDS = 400;

  private NetlinkSocket socket;
  private int link;

  @BeforeEach
  void open() throws Exception {
    node.primary("02:00:00:63:53:4c", "10.0.0.4/18");
    socket = InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE));
    link =
        Link.list(socket).stream()
            .filter(found -> found.name().equals("eth0"))
            .findFirst()
            .orElseThrow()
            .index();
  }

  @AfterEach
  void close() {
    if (socket != null) {
      socket.close();
    }
  }

  private static <T> T oneOf(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static Cidr block(Random random, boolean v6) {
    return Cidr.parse(
        v6
            ? oneOf(random, List.of("::/0", "2001:db8::/32", "2001:db8::7/128"))
            : oneOf(random, List.of("0.0.0.0/0", "10.1.0.0/16", "10.1.2.3/32", "128.0.0.0/1")));
  }

  private static Optional<Cidr> selector(Random random, boolean v6) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(block(random, v6));
  }

  private static Rule rule(Random random) {
    boolean v6 = random.nextBoolean();
    int mask = oneOf(random, List.of(0, 0, 0x80, 1 << 31, -1));
    return new Rule(
        v6,
        oneOf(random, List.of(0, 1, 512, 1024, 32765, Integer.MAX_VALUE)),
        selector(random, v6),
        selector(random, v6),
        random.nextBoolean() ? Optional.empty() : Optional.of("eth0"),
        oneOf(random, List.of(0, mask)),
        mask,
        oneOf(random, List.of(0, 0, 6)),
        oneOf(random, List.of(1, 2, 252, 254, 255, 256, 65_535)),
        false);
  }

  @Test
  void rules() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      var rule = rule(new Random(seed));
      var before = Rule.list(socket, rule.v6());
      run(rule.add());
      assertThat(Rule.list(socket, rule.v6())).as("seed %d: %s", seed, rule).contains(rule);
      if (!before.contains(rule) && before.stream().noneMatch(rule::deletionFits)) {
        run(rule.delete());
        assertThat(Rule.list(socket, rule.v6())).as("seed %d: %s", seed, rule).isEqualTo(before);
      }
    }
  }

  private Route route(Random random) {
    boolean v6 = random.nextBoolean();
    int table = oneOf(random, List.of(2, 252, 254, 256, 65_535));
    var to = block(random, v6);
    if (random.nextBoolean()) {
      var plain = Route.onLink(to, link, table);
      int metric = oneOf(random, List.of(0, 256));
      return new Route(
          to,
          plain.via(),
          link,
          table,
          plain.scope(),
          plain.protocol(),
          metric,
          plain.source(),
          false);
    }
    var gateway = Ip.parse(v6 ? "fe80::1" : "10.0.0.1");
    return Route.through(to, gateway, link, table);
  }

  @Test
  void routes() throws Exception {
    for (int seed = 0; seed < SEEDS; seed++) {
      var route = route(new Random(seed));
      boolean v6 = route.to().v6();
      var before = new HashSet<>(Route.list(socket, v6));
      run(route.replace());
      assertThat(Route.list(socket, v6)).as("seed %d: %s", seed, route).contains(route);
      run(route.delete());
      before.removeIf(
          other ->
              other.to().equals(route.to())
                  && other.table() == route.table()
                  && other.metric() == route.metric());
      assertThat(new HashSet<>(Route.list(socket, v6)))
          .as("seed %d: %s", seed, route)
          .isEqualTo(before);
    }
  }

  @Test
  void addresses() throws Exception {
    for (var address :
        List.of(
            new Address(link, Ip.parse("10.9.9.9"), 32, Route.UNIVERSE),
            new Address(link, Ip.parse("10.9.9.8"), 31, Route.UNIVERSE),
            new Address(link, Ip.parse("10.9.9.7"), 0, Route.UNIVERSE),
            new Address(link, Ip.parse("169.254.172.1"), 32, Route.LINK),
            new Address(link, Ip.parse("2001:db8::9"), 128, Route.UNIVERSE),
            new Address(link, Ip.parse("2001:db8::8"), 64, Route.UNIVERSE))) {
      boolean v6 = address.ip().v6();
      run(address.add());
      assertThat(Address.list(socket, v6)).contains(address);
      run(address.delete());
      assertThat(Address.list(socket, v6)).doesNotContain(address);
    }
  }

  @Test
  void neighbours() throws Exception {
    for (var ip : List.of("169.254.1.1", "0.0.0.1", "fe80::1", "::1")) {
      var neighbour = new Neighbour(link, Ip.parse(ip), new Mac(0));
      boolean v6 = neighbour.ip().v6();
      run(neighbour.replace());
      assertThat(Neighbour.list(socket, v6)).contains(neighbour);
      run(neighbour.delete());
      assertThat(Neighbour.list(socket, v6)).doesNotContain(neighbour);
    }
  }

  private void run(Request request) throws NetlinkFailed {
    assertThat(socket.run(List.of(request))).hasSize(1);
  }
}
