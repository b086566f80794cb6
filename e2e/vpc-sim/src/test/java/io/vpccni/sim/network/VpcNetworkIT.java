package io.vpccni.sim.network;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Effect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two instances in this kernel: who reaches whom, and who is stopped. */
class VpcNetworkIT {
  private static final Names NAMES = new Names("vpcsim-it" + ProcessHandle.current().pid());
  private static final String A = NAMES.instance("i-a");
  private static final String B = NAMES.instance("i-b");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String A_V6 = "2001:db8:0:1::10";
  private static VpcNetwork network;

  @BeforeAll
  static void twoInstances() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.isExecutable(Path.of("/usr/sbin/nft")),
        "needs root and nft");
    network = VpcNetwork.create(NAMES);
    network.apply(
        List.of(
            new Effect.VpcChanged(
                "vpc-1", List.of(Cidr.parse("10.0.0.0/16"), Cidr.parse("2001:db8::/56"))),
            new Effect.SubnetChanged(
                "subnet-1",
                "vpc-1",
                List.of(Cidr.parse("10.0.1.0/24"), Cidr.parse("2001:db8:0:1::/64")))));
    launch("i-a", "eni-a0", "02:00:00:00:0a:00", "10.0.1.10", A_V6);
    launch("i-b", "eni-b0", "02:00:00:00:0b:00", "10.0.1.20", "2001:db8:0:1::20");
    network.apply(
        List.of(
            new Effect.PublicAddressMapped(Ip.parse("10.0.1.10"), Ip.parse("198.51.100.10")),
            assigned("10.0.1.11/32", "eni-a1", "02:00:00:00:0a:01"),
            assigned("10.0.1.12/32", "eni-a1", "02:00:00:00:0a:01"),
            new Effect.EniAttached("i-a", "eni-a1", "subnet-1", "02:00:00:00:0a:01", 1, 0)));
  }

  private static void launch(String instance, String eni, String mac, String ip, String ipv6) {
    network.apply(
        List.of(
            new Effect.InstanceLaunched(instance, "m5.large"),
            assigned(ip + "/32", eni, mac),
            assigned(ipv6 + "/128", eni, mac),
            new Effect.EniAttached(instance, eni, "subnet-1", mac, 0, 0)));
  }

  private static Effect assigned(String cidr, String eni, String mac) {
    return new Effect.AddressAssigned(Cidr.parse(cidr), eni, mac);
  }

  @AfterAll
  static void nothingStays() throws IOException {
    if (network != null) {
      network.close();
      assertThat(run("ip", "netns")).doesNotContain(NAMES.prefix());
    }
  }

  @Test
  void thePrimaryEniComesConfigured() throws IOException {
    assertThat(run("ip", "-n", A, "addr", "show", "eth0"))
        .contains("02:00:00:00:0a:00", "inet 10.0.1.10/24", "mtu 9001", "UP");
    assertThat(run("ip", "-n", A, "route")).contains("default via 10.0.1.1 dev eth0");
  }

  @Test
  void aSecondaryEniComesBareAndDown() throws IOException {
    assertThat(run("ip", "-n", A, "addr", "show", "eth1"))
        .contains("02:00:00:00:0a:01", "state DOWN")
        .doesNotContain("inet");
  }

  @Test
  void instancesReachEachOtherAndTheGateway() throws IOException {
    assertThat(pings(4, A, "10.0.1.20")).isTrue();
    assertThat(pings(4, B, "10.0.1.10")).isTrue();
    assertThat(pings(4, A, "10.0.1.1")).isTrue();
  }

  @Test
  void anUnassignedAddressIsNobodys() throws IOException {
    assertThat(pings(1, A, "10.0.1.99")).isFalse();
  }

  @Test
  void anAddressIsReachedWhereEc2SaysItIsNow() throws IOException {
    run("ip", "-n", B, "addr", "add", "10.0.1.30/32", "dev", "lo");
    assertThat(pings(1, A, "10.0.1.30")).isFalse();
    network.apply(List.of(assigned("10.0.1.30/32", "eni-b0", "02:00:00:00:0b:00")));
    assertThat(pings(4, A, "10.0.1.30")).isTrue();
    assertThat(pings(4, B, "10.0.1.10", "-I", "10.0.1.30")).isTrue();
    network.apply(
        List.of(
            new Effect.AddressUnassigned(
                Cidr.parse("10.0.1.30/32"), "eni-b0", "02:00:00:00:0b:00")));
    assertThat(pings(1, A, "10.0.1.30")).isFalse();
  }

  @Test
  void aPrefixIsReachedWhole() throws IOException {
    network.apply(List.of(assigned("10.0.1.64/28", "eni-b0", "02:00:00:00:0b:00")));
    run("ip", "-n", B, "addr", "add", "10.0.1.79/32", "dev", "lo");
    assertThat(pings(4, A, "10.0.1.79")).isTrue();
    assertThat(pings(4, B, "10.0.1.10", "-I", "10.0.1.79")).isTrue();
  }

  @Test
  void aPacketFromAnotherEnisAddressIsDroppedUnlessTheCheckIsOff() throws IOException {
    run("ip", "-n", A, "addr", "add", "10.0.1.12/32", "dev", "lo");
    // It belongs to eth1, but the main table sends it out of eth0.
    assertThat(pings(1, A, "10.0.1.1", "-I", "10.0.1.12")).isFalse();
    network.apply(List.of(new Effect.SourceDestCheckChanged("eni-a0", false)));
    run("ip", "-n", A, "link", "set", "eth1", "up");
    assertThat(pings(4, A, "10.0.1.1", "-I", "10.0.1.12")).isTrue();
    network.apply(List.of(new Effect.SourceDestCheckChanged("eni-a0", true)));
    assertThat(pings(1, A, "10.0.1.1", "-I", "10.0.1.12")).isFalse();
  }

  @Test
  void theInternetSeesThePublicAddressAndNobodyWithoutOne() throws IOException {
    try (var _ = SourceEcho.start(network.listenOnInternet(VpcNetwork.INTERNET, 80))) {
      assertThat(seen(A, VpcNetwork.INTERNET)).isEqualTo(Ip.parse("198.51.100.10"));
      assertThat(pings(1, B, VpcNetwork.INTERNET.toString())).isFalse();
      assertThat(pings(4, NAMES.internet(), "198.51.100.10")).isTrue();
    }
  }

  @Test
  void throughANatGatewayAllOthersAreSeenAsOneAndNobodyCallsThem() throws IOException {
    try (var _ = SourceEcho.start(network.listenOnInternet(VpcNetwork.INTERNET, 81))) {
      long dropped = network.unmapped();
      assertThat(pings(1, B, VpcNetwork.INTERNET.toString())).isFalse();
      assertThat(network.unmapped()).isGreaterThan(dropped);
      network.openNatGateway(Ip.parse("198.51.100.200"));
      var server = new InetSocketAddress(VpcNetwork.INTERNET.toInetAddress(), 81);
      assertThat(SourceEcho.ask(Netns.path(B), server, PATIENCE))
          .isEqualTo(Ip.parse("198.51.100.200"));
      assertThat(SourceEcho.ask(Netns.path(A), server, PATIENCE))
          .isEqualTo(Ip.parse("198.51.100.10"));
      assertThat(pings(1, NAMES.internet(), "198.51.100.200")).isFalse();
    } finally {
      network.closeNatGateway();
    }
    assertThat(pings(1, B, VpcNetwork.INTERNET.toString())).isFalse();
  }

  @Test
  void ipv6IsNeverTranslatedAndForeignSourcesDoNotGetOut() throws IOException {
    assertThat(pings(4, B, A_V6)).isTrue();
    try (var _ = SourceEcho.start(network.listenOnInternet(VpcNetwork.INTERNET_V6, 80))) {
      assertThat(seen(A, VpcNetwork.INTERNET_V6)).isEqualTo(Ip.parse(A_V6));
    }
    run("ip", "-n", A, "addr", "add", "fd00::ac:2/128", "dev", "lo", "nodad");
    long dropped = network.spoofed();
    assertThat(pings(1, A, VpcNetwork.INTERNET_V6.toString(), "-I", "fd00::ac:2")).isFalse();
    assertThat(network.spoofed()).isGreaterThan(dropped);
  }

  @Test
  void packetsMayHave9001BytesInsideAnd1500ToTheInternet() throws IOException {
    assertThat(pings(4, A, "10.0.1.20", "-M", "do", "-s", "8973")).isTrue();
    assertThat(pings(1, A, "10.0.1.20", "-M", "do", "-s", "8974")).isFalse();
    assertThat(pings(4, A, VpcNetwork.INTERNET.toString(), "-M", "do", "-s", "1472")).isTrue();
    assertThatThrownBy(() -> ping(1, A, VpcNetwork.INTERNET.toString(), "-M", "do", "-s", "1473"))
        .hasMessageContaining("mtu = 1500");
    assertThat(pings(4, A, VpcNetwork.INTERNET_V6.toString(), "-M", "do", "-s", "1452")).isTrue();
    assertThatThrownBy(
            () -> ping(1, A, VpcNetwork.INTERNET_V6.toString(), "-M", "do", "-s", "1453"))
        .hasMessageContaining("mtu=1500");
  }

  @Test
  void theEndpointsAreReachedFromInstancesAndLearnWhoCalls() throws IOException {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        var _ =
            Relay.start(
                network.listenInRouter(VpcNetwork.IMDS, 80),
                (InetSocketAddress) server.getLocalSocketAddress(),
                true)) {
      var caller =
          Thread.ofVirtual().start(() -> assertThat(tryGet(B, VpcNetwork.IMDS)).isEqualTo("ok"));
      try (var connection = server.accept()) {
        var line = new byte[64];
        int length = connection.getInputStream().read(line);
        assertThat(new String(line, 0, length, US_ASCII))
            .startsWith("PROXY TCP4 10.0.1.20 169.254.169.254 ");
        connection.getOutputStream().write("ok".getBytes(US_ASCII));
      }
      caller.join();
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  @Test
  void anUnpluggedEniIsGoneFromTheInstance() throws IOException {
    network.apply(
        List.of(
            assigned("10.0.1.40/32", "eni-b1", "02:00:00:00:0b:01"),
            new Effect.EniAttached("i-b", "eni-b1", "subnet-1", "02:00:00:00:0b:01", 1, 0)));
    assertThat(run("ip", "-n", B, "link")).contains("eth1");
    network.apply(
        List.of(
            new Effect.EniDetached("i-b", "eni-b1", "02:00:00:00:0b:01", 1, 0),
            new Effect.EniDeleted("eni-b1")));
    assertThat(run("ip", "-n", B, "link")).doesNotContain("eth1");
    assertThat(run("ip", "-n", NAMES.router(), "route")).doesNotContain("10.0.1.40");
  }

  private static String tryGet(String namespace, Ip address) {
    try {
      return get(namespace, address, 80);
    } catch (IOException failed) {
      return failed.toString();
    }
  }

  private static String get(String namespace, Ip address, int port) throws IOException {
    return Netns.call(
        Netns.path(namespace),
        () -> {
          try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.toInetAddress(), port), 3000);
            socket.setSoTimeout(3000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
          }
        });
  }

  private static Ip seen(String namespace, Ip server) throws IOException {
    return SourceEcho.ask(Netns.path(namespace), server, PATIENCE);
  }

  /**
   * Pings for some seconds, since a neighbour that was not there a moment ago is asked for again
   * only once a second.
   */
  private static boolean pings(int seconds, String namespace, String address, String... more) {
    try {
      ping(seconds, namespace, address, more);
      return true;
    } catch (IOException lost) {
      return false;
    }
  }

  private static void ping(int seconds, String namespace, String address, String... more)
      throws IOException {
    var command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    command.addAll(List.of("ping", "-n", "-c", "1", "-W", "" + seconds));
    command.addAll(List.of(more));
    command.add(address);
    Tool.run(List.of(), command.toArray(String[]::new));
  }

  private static String run(String... command) throws IOException {
    return Tool.run(List.of(), command);
  }
}
