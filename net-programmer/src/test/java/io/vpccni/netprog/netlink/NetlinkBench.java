package io.vpccni.netprog.netlink;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures building and writing the messages that wire one pod, and reading the kernel's answers.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "-XX:+UseSerialGC",
      "-XX:TieredStopAtLevel=1",
      "--sun-misc-unsafe-memory-access=allow"
    })
public class NetlinkBench {
  private static final Ip POD = Ip.parse("10.0.1.101");
  private static final Ip GATEWAY = Ip.parse("169.254.1.1");
  private static final Mac HOST_MAC = Mac.parse("6a:12:34:56:78:02");
  private static final int RULES = 200;

  /** An acknowledgement of a successful request, as the kernel sends it. */
  private static final String ACK =
      "24000000020000010100000001000000000000003400000020000506" + "01000000" + "00000000";

  private final ByteBuffer out =
      ByteBuffer.allocateDirect(32 * 1024).order(ByteOrder.nativeOrder());
  private final ByteBuffer acks = repeated(ACK, 10);
  private final ByteBuffer dump = rules();

  private static ByteBuffer repeated(String hex, int times) {
    var bytes = HexFormat.of().parseHex(hex.repeat(times));
    return ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder()).put(bytes).flip();
  }

  /** Returns as many rules as a full node has, in the form in which the kernel lists them. */
  private static ByteBuffer rules() {
    var all = ByteBuffer.allocateDirect(64 * 1024).order(ByteOrder.nativeOrder());
    for (int i = 0; i < RULES; i++) {
      Rule.to(512, POD.plus(i).asCidr(), Route.MAIN).add().write(all, 1);
    }
    return all.flip();
  }

  @Benchmark
  public int encodeOnePod() {
    out.clear();
    int sequence = 0;
    for (var request : onePod()) request.write(out, ++sequence);
    return out.position();
  }

  private static List<Request> onePod() {
    var requests = new ArrayList<Request>();
    requests.add(Link.setUp(3));
    requests.add(Route.onLink(GATEWAY.asCidr(), 3, Route.MAIN).replace());
    requests.add(Route.through(Cidr.parse("0.0.0.0/0"), GATEWAY, 3, Route.MAIN).replace());
    requests.add(new Address(3, POD, 32, Route.UNIVERSE).add());
    requests.add(new Neighbour(3, GATEWAY, HOST_MAC).replace());
    requests.add(Link.setUp(7));
    requests.add(Route.onLink(POD.asCidr(), 7, Route.MAIN).replace());
    requests.add(Rule.to(512, POD.asCidr(), Route.MAIN).add());
    requests.add(Rule.from(1536, POD.asCidr(), 2).add());
    return requests;
  }

  @Benchmark
  public int decodeTheAcknowledgements() {
    int good = 0;
    for (var reply : Reply.read(acks.duplicate()))
      good += reply.last() && reply.errno() == 0 ? 1 : 0;
    return good;
  }

  @Benchmark
  public int decode200Rules() {
    int read = 0;
    for (var reply : Reply.read(dump.duplicate())) read += Rule.read(reply).isPresent() ? 1 : 0;
    return read;
  }
}
