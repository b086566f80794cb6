package io.vpccni.netprog.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What is written can be read back; a malformed message is refused and does no harm. */
class MessagesTest {
  private static final int ROUNDS = 2000;

  private static Ip ip(Random random, boolean v6) {
    return v6 ? Ip.v6(random.nextLong(), random.nextLong()) : Ip.v4(random.nextInt());
  }

  private static Cidr block(Random random, boolean v6) {
    return new Cidr(ip(random, v6), 1 + random.nextInt(v6 ? 128 : 32));
  }

  private static Route route(Random random) {
    boolean v6 = random.nextBoolean();
    return new Route(
        random.nextInt(5) == 0 ? Cidr.parse(v6 ? "::/0" : "0.0.0.0/0") : block(random, v6),
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        1 + random.nextInt(1000),
        1 + random.nextInt(random.nextBoolean() ? 253 : 20_000),
        random.nextBoolean() ? Route.LINK : Route.UNIVERSE,
        random.nextInt(20),
        random.nextInt(3) * 512,
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        false);
  }

  private static Rule rule(Random random) {
    boolean v6 = random.nextBoolean();
    int mark = random.nextInt(3) == 0 ? 0x80 : 0;
    return new Rule(
        v6,
        random.nextInt(32768),
        random.nextBoolean() ? Optional.of(block(random, v6)) : Optional.empty(),
        random.nextBoolean() ? Optional.of(block(random, v6)) : Optional.empty(),
        random.nextBoolean() ? Optional.of("eni" + random.nextInt(1000)) : Optional.empty(),
        mark,
        mark,
        random.nextBoolean() ? 58 : 0,
        1 + random.nextInt(random.nextBoolean() ? 253 : 20_000),
        false);
  }

  private static Neighbour neighbour(Random random) {
    return new Neighbour(
        1 + random.nextInt(99),
        ip(random, random.nextBoolean()),
        new Mac(random.nextLong() & 0xffff_ffff_ffffL));
  }

  private static Address address(Random random) {
    boolean v6 = random.nextBoolean();
    return new Address(
        1 + random.nextInt(99),
        ip(random, v6),
        random.nextInt(v6 ? 129 : 33),
        random.nextBoolean() ? Route.LINK : Route.UNIVERSE);
  }

  private static byte[] bytes(Request request) {
    var out = ByteBuffer.allocate(request.size()).order(ByteOrder.nativeOrder());
    request.write(out, 7);
    return out.array();
  }

  private static Reply only(byte[] bytes) {
    var replies = Reply.read(ByteBuffer.wrap(bytes));
    assertThat(replies).hasSize(1);
    return replies.getFirst();
  }

  private static <T> void roundTrip(
      Function<Random, T> maker, Function<T, Request> writer, Function<Reply, Optional<T>> reader) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var value = maker.apply(new Random(seed));
      assertThat(reader.apply(only(bytes(writer.apply(value)))))
          .as("seed %d", seed)
          .contains(value);
    }
  }

  @Test
  void whatIsWrittenIsReadBack() {
    roundTrip(MessagesTest::route, Route::replace, Route::read);
    roundTrip(MessagesTest::rule, Rule::add, Rule::read);
    roundTrip(MessagesTest::neighbour, Neighbour::replace, Neighbour::read);
    roundTrip(MessagesTest::address, Address::add, Address::read);
  }

  @Test
  void severalMessagesInOneDatagramAreTakenApart() {
    var out = ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < 20; i++) {
      var rule = rule(new Random(i));
      rules.add(rule);
      rule.add().write(out, i);
    }
    out.flip();
    var replies = Reply.read(out);
    assertThat(replies.stream().map(Reply::sequence)).startsWith(0, 1, 2).hasSize(20);
    assertThat(replies.stream().flatMap(reply -> Rule.read(reply).stream()).toList())
        .isEqualTo(rules);
  }

  @Test
  void truncatedAndGarbledMessagesAreRefusedOrReadAndNothingElse() {
    var random = new Random(1);
    for (int round = 0; round < 20 * ROUNDS; round++) {
      var bytes =
          bytes(
              List.of(
                      route(random).replace(),
                      rule(random).add(),
                      neighbour(random).replace(),
                      address(random).add(),
                      Link.createVlan("vlan.eth.7", 3, 7, new Mac(1)))
                  .get(random.nextInt(5)));
      if (random.nextBoolean()) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      }
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      read(bytes, round);
      var noise = new byte[random.nextInt(80)];
      random.nextBytes(noise);
      read(noise, round);
    }
  }

  private static void read(byte[] bytes, int round) {
    try {
      for (var reply : Reply.read(ByteBuffer.wrap(bytes))) {
        var _ = Notifications.read(reply);
        var _ = Neighbour.read(reply);
        var _ = reply.errno();
        var _ = reply.text();
      }
    } catch (Malformed expected) {
      assertThat(expected).hasMessageNotContaining("null");
    } catch (RuntimeException e) {
      throw new AssertionError("round " + round, e);
    }
  }

  @Test
  void anAttributeThatPointsOutsideIsRefused() {
    var attribute = Part.struct(8).putShort((short) 9).putShort((short) 1).putInt(0).flip();
    assertThatThrownBy(() -> AttrView.read(attribute))
        .isInstanceOf(Malformed.class)
        .hasMessage("attribute 1 has length 9");
  }

  @Test
  void aRuleThatSelectsBySomethingUnknownIsNeverTakenForOurs() {
    var plain = Rule.to(512, Cidr.parse("10.0.0.1/32"), Route.MAIN);
    var request = plain.add();
    // FRA_OIFNAME, FRA_TUN_ID, FRA_UID_RANGE, FRA_DSCP, and one that does not exist yet.
    for (int type : List.of(17, 12, 20, 25, 99)) {
      var narrowed =
          new Request(
              request.type(),
              request.flags(),
              Part.all(request.body(), Part.Attr.u32(type, 1)),
              () -> "");
      assertThat(Rule.read(only(bytes(narrowed)))).get().matches(Rule::special).isNotEqualTo(plain);
    }
  }
}
