package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netns.NetnsFolders;
import io.vpccni.netprog.netns.Sysctls;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An IPv4 node whose kernel was started with {@code ipv6.disable=1}. */
class Ipv6AbsentIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";
  private static final byte AF_INET6 = 10;
  private static final int FIRST_ADDRESS_MESSAGE = 20;

  /** A family that no kernel knows, and which the kernel treats as it treats IPv6 then. */
  private static final byte UNKNOWN = 99;

  private record WithoutIpv6(Wire wire) implements ForwardingWire {
    @Override
    public void send(ByteBuffer data) throws SystemCallFailed {
      var copy =
          ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder()).put(data);
      copy.flip();
      for (int at = 0; at < copy.limit(); at += (copy.getInt(at) + 3) & ~3) {
        if (copy.getShort(at + 4) >= FIRST_ADDRESS_MESSAGE && copy.get(at + 16) == AF_INET6) {
          copy.put(at + 16, UNKNOWN);
        }
      }
      wire.send(copy);
    }
  }

  /** Returns a tree of sysctls as that kernel has it: everything but IPv6's part. */
  private static Sysctls sysctls(Path folder) throws IOException {
    var net = Files.createDirectory(folder.resolve("net"));
    Files.createSymbolicLink(net.resolve("ipv4"), Path.of("/proc/sys/net/ipv4"));
    return new Sysctls(folder.toString());
  }

  @Test
  void itServesIpv4Pods(@TempDir Path folder) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    NetlinkSocket.Opener sockets =
        protocol -> NetlinkSocket.over(new WithoutIpv6(NetlinkSocket.wire(protocol)));
    var settings = new KernelSettings(sysctls(folder), NetnsFolders.USUAL);
    try (var node = new TestNode(settings, sockets)) {
      node.primary(MAC0, "10.0.0.4/18");
      node.eni("eth1", MAC1);
      var eni = SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
      var host = SampleState.host(MAC0, "10.0.0.4", eni);
      await(node.kernel().sync(host, List.of(), List.of()));
      var pod = pod("p", node.podNamespace(), "eni9", "10.0.1.9", 2);
      await(node.kernel().attach(pod));
      assertThat(await(node.kernel().check(pod))).isEmpty();
      assertThat(await(node.kernel().list()).veths())
          .anySatisfy(veth -> assertThat(veth.routed()).containsExactly("10.0.1.9"));
      node.detach(pod);
      assertThat(node.onNode("rule")).doesNotContain("10.0.1.9");
      assertThat(await(node.kernel().sync(host, List.of(), List.of())).changes()).isZero();
    }
  }
}
