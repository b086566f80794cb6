package io.vpccni.netprog.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares messages byte for byte with those of {@code ip} (iproute2 6.1) for the same command.
 * They were taken with strace on a little-endian machine where eth0 is link 3 and its other end is
 * link 2; sequence numbers are zeroed.
 */
class GoldenTest {
  private static final Mac MAC = Mac.parse("6a:12:34:56:78:02");

  private record Case(String words, Request request, String bytes) {}

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "ip link set x up",
            Link.setUp(2),
            "2000000010000500000000000000000000000000020000000100000001000000"),
        new Case(
            "ip link set eth0 mtu 9001",
            Link.setMtu(3, 9001),
            "28000000100005000000000000000000000000000300000000000000000000000800040029230000"),
        new Case(
            "ip link add link eth0 name vlan.eth.7 address 02:00:00:11:22:33 type vlan id 7",
            Link.createVlan("vlan.eth.7", 3, 7, Mac.parse("02:00:00:11:22:33")),
            "5c000000100005060000000000000000000000000000000000000000000000000a00010002000011"
                + "2233000008000500030000000f000300766c616e2e6574682e3700001800120008000100766c616e"
                + "0c0002000600010007000000"),
        new Case(
            "ip link set dev x group 77",
            Link.setGroup(2, 77),
            "280000001000050000000000000000000000000002000000000000000000000008001b004d000000"),
        new Case(
            "ip link del group 77",
            Link.deleteGroup(77),
            "280000001100050000000000000000000000000000000000000000000000000008001b004d000000"),
        new Case(
            "ip address add 10.0.23.206/18 brd 10.0.63.255 dev eth0",
            new Address(3, Ip.parse("10.0.23.206"), 18, Route.UNIVERSE).add(),
            "300000001400050600000000000000000212000003000000080002000a0017ce080004000a003fff"
                + "080001000a0017ce"),
        new Case(
            "ip address add 169.254.172.1/32 dev eth0 scope link",
            new Address(3, Ip.parse("169.254.172.1"), 32, Route.LINK).add(),
            "28000000140005060000000000000000022000fd0300000008000200a9feac0108000100a9feac01"),
        new Case(
            "ip address add 2600:1f13:aaa:100:8::a/128 dev eth0 nodad",
            new Address(3, Ip.parse("2600:1f13:aaa:100:8::a"), 128, Route.UNIVERSE).add(),
            "400000001400050600000000000000000a800200030000001400020026001f130aaa010000080000"
                + "0000000a1400010026001f130aaa0100000800000000000a"),
        new Case(
            "ip address del 10.0.23.206/18 dev eth0",
            new Address(3, Ip.parse("10.0.23.206"), 18, Route.UNIVERSE).delete(),
            "280000001500050000000000000000000212000003000000080002000a0017ce080001000a0017ce"),
        new Case(
            "ip route replace 10.0.1.20/32 dev eth0 scope link",
            Route.onLink(Cidr.parse("10.0.1.20/32"), 3, Route.MAIN).replace(),
            "2c00000018000505000000000000000002200000fe03fd0100000000080001000a00011408000400"
                + "03000000"),
        new Case(
            "ip route replace default via 10.0.0.1 dev eth0 table 10101",
            Route.through(Cidr.parse("0.0.0.0/0"), Ip.parse("10.0.0.1"), 3, 10101).replace(),
            "34000000180005050000000000000000020000000003000100000000080005000a00000108000f00"
                + "752700000800040003000000"),
        new Case(
            "ip route replace 10.0.0.1/32 dev eth0 scope link table 2",
            Route.onLink(Cidr.parse("10.0.0.1/32"), 3, 2).replace(),
            "2c000000180005050000000000000000022000000203fd0100000000080001000a00000108000400"
                + "03000000"),
        new Case(
            "ip route replace 169.254.172.0/22 via 10.0.0.1 dev eth0 src 10.0.0.4",
            Route.through(Cidr.parse("169.254.172.0/22"), Ip.parse("10.0.0.1"), 3, Route.MAIN)
                .withSource(Ip.parse("10.0.0.4"))
                .replace(),
            "3c00000018000505000000000000000002160000fe0300010000000008000100a9feac0008000500"
                + "0a000001080007000a0000040800040003000000"),
        new Case(
            "ip -6 route replace 2600:1f13:aaa:100:8::a/128 dev eth0 metric 1024",
            Route.onLink(Cidr.parse("2600:1f13:aaa:100:8::a/128"), 3, Route.MAIN).replace(),
            "400000001800050500000000000000000a800000fe030001000000001400010026001f130aaa0100"
                + "000800000000000a08000600000400000800040003000000"),
        new Case(
            "ip route del 10.0.1.20/32 dev eth0 scope link",
            Route.onLink(Cidr.parse("10.0.1.20/32"), 3, Route.MAIN).delete(),
            "2c00000019000500000000000000000002200000fe00fd0000000000080001000a00011408000400"
                + "03000000"),
        new Case(
            "ip rule add to 10.0.1.20/32 lookup 254 prio 512",
            Rule.to(512, Cidr.parse("10.0.1.20/32"), Route.MAIN).add(),
            "2c00000020000506000000000000000002200000fe00000100000000080001000a00011408000600"
                + "00020000"),
        new Case(
            "ip rule add from 10.0.9.40/32 lookup 10101 prio 1536",
            Rule.from(1536, Cidr.parse("10.0.9.40/32"), 10101).add(),
            "34000000200005060000000000000000020020000000000100000000080002000a00092808000f00"
                + "752700000800060000060000"),
        new Case(
            "ip rule add fwmark 0x80/0x80 lookup 254 prio 1024",
            Rule.marked(false, 1024, 0x80, Route.MAIN).add(),
            "3400000020000506000000000000000002000000fe0000010000000008000a008000000008001000"
                + "800000000800060000040000"),
        new Case(
            "ip rule add iif vlan.eth.7 lookup 107 prio 10",
            Rule.iif(false, 10, "vlan.eth.7", 107).add(),
            "34000000200005060000000000000000020000006b000001000000000f000300766c616e2e657468"
                + "2e370000080006000a000000"),
        new Case(
            "ip -6 rule add from fe80:ec2::1/128 ipproto ipv6-icmp lookup 255 prio 0",
            Rule.from(0, Cidr.parse("fe80:ec2::1/128"), Route.LOCAL).withIpProtocol(58).add(),
            "400000002000050600000000000000000a008000ff0000010000000014000200fe800ec200000000"
                + "0000000000000001050016003a0000000800060000000000"),
        new Case(
            "ip rule del to 10.0.1.20/32 lookup 254 prio 512",
            Rule.to(512, Cidr.parse("10.0.1.20/32"), Route.MAIN).delete(),
            "2c00000021000500000000000000000002200000fe00000000000000080001000a00011408000600"
                + "00020000"),
        new Case(
            "ip neigh replace 169.254.1.1 lladdr 6a:12:34:56:78:02 dev eth0 nud permanent",
            new Neighbour(3, Ip.parse("169.254.1.1"), MAC).replace(),
            "300000001c000505000000000000000002000000030000008000000008000100a9fe01010a000200"
                + "6a12345678020000"),
        new Case(
            "ip neigh replace fe80::1 lladdr 6a:12:34:56:78:02 dev eth0 nud permanent",
            new Neighbour(3, Ip.parse("fe80::1"), MAC).replace(),
            "3c0000001c00050500000000000000000a000000030000008000000014000100fe80000000000000"
                + "00000000000000010a0002006a12345678020000"));
  }

  @TestFactory
  Stream<DynamicTest> asIpSendsIt() {
    return cases()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.words(),
                    () -> {
                      assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
                      assertThat(bytes(golden.request())).isEqualTo(golden.bytes());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> aVethPairAsIpSendsItPlusTheNamespaceOfItsOtherEnd() {
    var request =
        Link.createVeth(
            new Link.End("eth1", Optional.empty()),
            new Link.End("enicc21c2d7785", Optional.of(MAC)),
            5,
            9001);
    var ip =
        "9000000010000506000000000000000000000000000000000000000000000000080004002923000008000d00"
            + "000000000900030065746831000000005400120008000100766574684800020044000100000000000000"
            + "000000000000000000000a0001006a12345678020000080004002923000008000d000000000013000300"
            + "656e6963633231633264373738350000";
    // 8 bytes longer: the message, the link info, its data, the peer, and IFLA_NET_NS_FD itself.
    var longer =
        ip.replaceFirst("^90", "98")
            .replaceFirst("54001200", "5c001200")
            .replaceFirst("48000200", "50000200")
            .replaceFirst("44000100", "4c000100")
            .concat("08001c0005000000");
    return Stream.of(
        DynamicTest.dynamicTest(
            "ip link add eth1 type veth peer …",
            () -> {
              assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
              assertThat(bytes(request)).isEqualTo(longer);
            }));
  }

  private static String bytes(Request request) {
    var out = ByteBuffer.allocate(request.size()).order(ByteOrder.nativeOrder());
    request.write(out, 0);
    assertThat(out.remaining()).isZero();
    return HexFormat.of().formatHex(out.array());
  }
}
