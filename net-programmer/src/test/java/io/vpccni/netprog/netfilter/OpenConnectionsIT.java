package io.vpccni.netprog.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.Wait;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Ipv4Node;
import io.vpccni.netprog.netfilter.DesiredNetfilter.Randomization;
import io.vpccni.netprog.tool.Tool;
import io.vpccni.netprog.tool.ToolFailed;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A node talks to the internet while its first SNAT rule is made. */
class OpenConnectionsIT {
  private static final String ID = "open-" + ProcessHandle.current().pid();
  private static final String NODE = ID + "-node";
  private static final String INTERNET = ID + "-net";
  private static final Tool HOST = new Tool(List.of(), Duration.ofSeconds(20));

  private final Tool inside =
      new Tool(List.of("ip", "netns", "exec", NODE), Duration.ofSeconds(20));

  @BeforeEach
  void namespaces() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    for (var name : List.of(NODE, INTERNET)) {
      HOST.run(List.of("ip", "netns", "del", name), "");
      ip("netns add " + name);
    }
    ip("-n " + NODE + " link add eth0 type veth peer name eth0 netns " + INTERNET);
    ip("-n " + NODE + " addr add 10.0.0.4/24 dev eth0");
    ip("-n " + INTERNET + " addr add 203.0.113.1/24 dev eth0");
    ip("-n " + NODE + " link set eth0 up");
    ip("-n " + INTERNET + " link set eth0 up");
    // Until the kernel notices that the other end is up, a link drops what it is to send.
    for (var name : List.of(NODE, INTERNET)) {
      Wait.until("carrier in " + name, () -> links(name).contains("state UP"));
    }
    ip("-n " + NODE + " route add default dev eth0");
    ip("-n " + INTERNET + " route add 10.0.0.0/24 dev eth0");
  }

  @AfterEach
  void noNamespaces() throws ToolFailed {
    for (var name : List.of(NODE, INTERNET)) {
      HOST.run(List.of("ip", "netns", "del", name), "");
    }
  }

  private static String links(String namespace) throws ToolFailed {
    return HOST.succeed(List.of("ip", "-n", namespace, "link", "show", "eth0"), "");
  }

  private static void ip(String words) throws ToolFailed {
    HOST.succeed(List.of(("ip " + words).split(" ", -1)), "");
  }

  private static final InetSocketAddress SERVER = new InetSocketAddress("203.0.113.1", 80);

  /** A conversation between a program of the node and one in the internet. */
  private interface Talk extends AutoCloseable {
    /** Sends a word from the node to the internet and back. */
    void say(int word) throws IOException;

    @Override
    void close() throws IOException;
  }

  enum Kind {
    TCP {
      @Override
      Talk open() throws Exception {
        return new TcpTalk();
      }
    },
    UDP {
      @Override
      Talk open() throws Exception {
        return new UdpTalk();
      }
    };

    abstract Talk open() throws Exception;
  }

  /** A TCP conversation. A socket belongs to the namespace in which it was made. */
  private static final class TcpTalk implements Talk {
    private final ServerSocket server;
    private final Socket here;
    private final Socket there;

    TcpTalk() throws Exception {
      server = InNamespace.call(INTERNET, () -> new ServerSocket(80, 1, SERVER.getAddress()));
      here = InNamespace.call(NODE, TcpTalk::connect);
      there = server.accept();
      here.setSoTimeout(2000);
      there.setSoTimeout(2000);
      say(1);
    }

    private static Socket connect() throws IOException {
      var socket = new Socket();
      socket.connect(SERVER, 5000);
      return socket;
    }

    @Override
    public void say(int word) throws IOException {
      here.getOutputStream().write(word);
      assertThat(there.getInputStream().read()).isEqualTo(word);
      there.getOutputStream().write(word);
      assertThat(here.getInputStream().read()).isEqualTo(word);
    }

    @Override
    public void close() throws IOException {
      here.close();
      there.close();
      server.close();
    }
  }

  /**
   * A UDP conversation, whose server knows its client by its first port, as QUIC's and WireGuard's
   * do.
   */
  private static final class UdpTalk implements Talk {
    private final DatagramSocket here;
    private final DatagramSocket there;
    private final int port;

    UdpTalk() throws Exception {
      there = InNamespace.call(INTERNET, () -> new DatagramSocket(SERVER));
      here = InNamespace.call(NODE, UdpTalk::connect);
      here.setSoTimeout(2000);
      there.setSoTimeout(2000);
      port = here.getLocalPort();
      say(1);
    }

    private static DatagramSocket connect() throws IOException {
      var socket = new DatagramSocket();
      socket.connect(SERVER);
      return socket;
    }

    @Override
    public void say(int word) throws IOException {
      here.send(packet(word));
      var received = new DatagramPacket(new byte[1], 1);
      there.receive(received);
      assertThat(received.getPort()).as("the client's port").isEqualTo(port);
      received.setData(new byte[] {(byte) word});
      there.send(received);
      here.receive(packet(0));
    }

    private static DatagramPacket packet(int word) {
      return new DatagramPacket(new byte[] {(byte) word}, 1);
    }

    @Override
    public void close() {
      here.close();
      there.close();
    }
  }

  private static DesiredNetfilter desired() {
    return new DesiredNetfilter(
        "eth0",
        Optional.of(
            new Ipv4Node(
                Ip.parse("10.0.0.4"), List.of(Cidr.parse("10.0.0.0/16")), List.of(), false, true)),
        0x80,
        List.of("eni"),
        Randomization.FULLY,
        Optional.empty(),
        Set.of());
  }

  private void firstRules(String variant, OpenConnections connections) throws Exception {
    InNamespace.call(
        NODE,
        () ->
            Netfilter.detect(inside, new IptablesPrograms(variant), connections).apply(desired()));
  }

  @ParameterizedTest
  @CsvSource({
    "TCP, iptables-nft",
    "TCP, iptables-legacy",
    "UDP, iptables-nft",
    "UDP, iptables-legacy"
  })
  void whatTheNodeHasOpenGoesOn(Kind kind, String variant) throws Exception {
    try (var talk = kind.open()) {
      firstRules(variant, OpenConnections.OF_THIS_NAMESPACE);
      talk.say(2);
      talk.say(3);
    }
    if (kind == Kind.TCP) {
      try (var afterwards = kind.open()) {
        afterwards.say(4);
      }
    }
  }

  /** This shows that the test above is able to fail. */
  @ParameterizedTest
  @EnumSource
  void withoutThatItGetsAnotherPort(Kind kind) throws Exception {
    try (var talk = kind.open()) {
      firstRules("iptables-nft", () -> {});
      assertThatThrownBy(() -> talk.say(2))
          .isInstanceOfAny(SocketTimeoutException.class, IOException.class, AssertionError.class);
    }
  }
}
