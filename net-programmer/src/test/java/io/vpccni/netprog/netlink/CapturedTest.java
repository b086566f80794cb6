package io.vpccni.netprog.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.netlink.Connection.Protocol;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Byte for byte what {@code conntrack}, {@code ss} and {@code ip netns} send for the same command,
 * and what is read from the kernel's answers to them; how they were taken is told in the file.
 * Sequence numbers and padding are zeroed.
 *
 * <p>Not here, since no program sends it: the deletion of all connections of an address by one
 * message, which is shown by its effect.
 */
class CapturedTest {
  private static final int SEQUENCE = 8;
  private static final int FLAGS = 6;
  private static final Connection TCP =
      new Connection(Protocol.TCP, Ip.parse("10.0.0.4"), 40000, Ip.parse("203.0.113.1"), 80);
  private static final Connection UDP =
      new Connection(Protocol.UDP, Ip.parse("10.0.0.4"), 40001, Ip.parse("203.0.113.1"), 53);

  @BeforeEach
  void littleEndian() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer captured(String title) throws IOException {
    var text = Files.readString(Path.of("src/test/resources/netlink/captured.txt"));
    int at = text.indexOf("## " + title + "\n");
    assertThat(at).as(title).isNotNegative();
    int from = text.indexOf('\n', at) + 1;
    int to = text.indexOf("\n## ", from);
    var digits = text.substring(from, to < 0 ? text.length() : to).replaceAll("\\s", "");
    return ByteBuffer.wrap(HexFormat.of().parseHex(digits)).order(ByteOrder.nativeOrder());
  }

  /** Returns a message as it was sent, without its sequence number. */
  private static String sent(String title) throws IOException {
    return hex(captured(title).putInt(SEQUENCE, 0));
  }

  private static String ours(Request request) {
    var out = ByteBuffer.allocate(request.size()).order(ByteOrder.nativeOrder());
    request.write(out, 0);
    assertThat(out.remaining()).isZero();
    return hex(out);
  }

  private static String hex(ByteBuffer bytes) {
    var all = new byte[bytes.capacity()];
    bytes.get(0, all);
    return HexFormat.of().formatHex(all);
  }

  @Test
  void aTcpConnectionIsRememberedAsConntrackDoes() throws IOException {
    // Padding that conntrack does not clear.
    assertThat(ours(Conntrack.creation(TCP)))
        .isEqualTo(
            sent("conntrack -I -p tcp -s 10.0.0.4 -d 203.0.113.1 --sport 40000 --dport 80 --state ESTABLISHED -u SEEN_REPLY,ASSURED -t 432000")
                .replace("0500010006100000", "0500010006000000")
                .replace("0500010003720000", "0500010003000000"));
  }

  @Test
  void aUdpOneToo() throws IOException {
    assertThat(ours(Conntrack.creation(UDP)))
        .isEqualTo(
            sent("conntrack -I -p udp -s 10.0.0.4 -d 203.0.113.1 --sport 40001 --dport 53 -u SEEN_REPLY,ASSURED -t 120")
                .replace("0500010011100000", "0500010011000000"));
  }

  @Test
  void connectionsOfAnAddressAreListedAndDeletedAsConntrackDoesWhereTheKernelCannotByItself()
      throws IOException {
    assertThat(ours(Conntrack.all(false)))
        .isEqualTo(sent("conntrack -D -s 10.0.0.4: asks for all"));

    var answer = Reply.read(captured("conntrack -L: the kernel's answer"));
    assertThat(answer).hasSize(2);
    var tcp = Conntrack.concerning(answer.getFirst(), List.of(Ip.parse("203.0.113.1")));
    assertThat(Conntrack.concerning(answer.getFirst(), List.of(Ip.parse("203.0.113.2")))).isEmpty();
    // conntrack says more than is looked at: after the tuple everything it knows.
    var whole = sent("conntrack -D -s 10.0.0.4: deletes the first");
    var deletion = ours(Conntrack.deletion(false, tcp.orElseThrow()));
    assertThat(deletion.substring(8)).isEqualTo(whole.substring(8, deletion.length()));
    assertThat(deletion).startsWith("48000000");
  }

  @Test
  void openConnectionsAreAskedForAsSsDoes() throws IOException {
    assertThat(ours(Connection.request(Protocol.TCP, false)))
        .isEqualTo(
            sent(
                "ss -t -4 -n state established state syn-sent state fin-wait-1 state fin-wait-2 state close-wait"));
    assertThat(ours(Connection.request(Protocol.UDP, false)))
        .isEqualTo(sent("ss -u -4 -n state established"));
    assertThat(ours(Connection.request(Protocol.UDP, true)))
        .isEqualTo(sent("ss -u -6 -n state established"));
  }

  @Test
  void theKernelsAnswersToSsAreRead() throws IOException {
    assertThat(
            Reply.read(captured("ss -t -4 -n state established sport 40000: the kernel's answer")))
        .flatExtracting(reply -> Connection.read(Protocol.TCP, reply).stream().toList())
        .containsExactly(
            new Connection(Protocol.TCP, Ip.parse("10.0.0.4"), 40000, Ip.parse("10.0.0.4"), 80));
    assertThat(Reply.read(captured("ss -u -6 -n state established: the kernel's answer")))
        .flatExtracting(reply -> Connection.read(Protocol.UDP, reply).stream().toList())
        .containsExactly(
            new Connection(
                Protocol.UDP, Ip.parse("2001:db8::8"), 40001, Ip.parse("2001:db8::9"), 53),
            // Of a socket for both families.
            new Connection(Protocol.UDP, Ip.parse("10.0.0.4"), 40002, Ip.parse("203.0.113.1"), 53));
  }

  @Test
  void theNumberOfANamespaceIsAskedForAsIpDoes() throws IOException {
    var captured = captured("ip netns list: asks for the number of open file 6");
    // An acknowledgement is asked for with each of ours.
    captured.putShort(FLAGS, (short) (captured.getShort(FLAGS) | Request.NLM_F_ACK));
    assertThat(ours(NetnsId.get(6))).isEqualTo(hex(captured.putInt(SEQUENCE, 0)));
    var answer = Reply.read(captured("ip netns list: the kernel's answer")).getFirst();
    assertThat(NetnsId.read(answer)).isEqualTo(NetnsId.SAME);
  }
}
