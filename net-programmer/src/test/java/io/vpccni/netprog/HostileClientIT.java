package io.vpccni.netprog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.vpccni.netprog.request.SampleRequests;
import io.vpccni.rpc.frame.FrameParser;
import io.vpccni.rpc.frame.Framing;
import io.vpccni.rpc.wire.netprog.DetachPod;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.ListPods;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client with the right uid may have been compromised. It may have its requests refused, and
 * nothing more. The attacks are random; the message of a failure names the seed.
 */
@Timeout(120)
class HostileClientIT {
  private static final int ROUNDS = 150;
  private static final List<Envelope> HONEST =
      List.of(
          SampleRequests.attach(SampleRequests.podWithEgress()),
          SampleRequests.applyHost(SampleRequests.host()),
          SampleRequests.sync(
              SampleRequests.host(), SampleRequests.pod(), SampleRequests.podWithEgress()),
          Envelope.newBuilder()
              .setId(1)
              .setDetachPod(DetachPod.newBuilder().setPod(SampleRequests.pod()))
              .build());
  private static final byte[] LIST =
      Framing.ENVELOPE.frame(
          Envelope.newBuilder()
              .setId(7)
              .setListPods(ListPods.getDefaultInstance())
              .build()
              .toByteArray());

  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @BeforeEach
  void node(@TempDir Path folder) throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root to take rights away");
    this.folder = folder;
    Files.setAttribute(folder, "unix:gid", 10001);
  }

  private Path socket() {
    return folder.resolve("net-programmer.sock");
  }

  @Test
  void itIsRefusedAndNothingCrashesHangsOrLeaks() throws Exception {
    var env = Map.of("NETPROG_SOCKET", socket().toString(), "NETPROG_PEER_UID", "0");
    try (var running = NetProgrammer.start(folder, env)) {
      running.awaitLog("Serving socket=");
      var bystanders = ForeignObjects.of(running, folder);
      var before = bystanders.state();
      attack(0);
      stillAnswers(0);
      int files = running.openFiles();
      int threads = Integer.parseInt(running.status("Threads"));

      for (long seed = 1; seed <= ROUNDS; seed++) attack(seed);
      for (var aimed : bystanders.attacks()) assertRefused(aimed);

      stillAnswers(ROUNDS);
      assertThat(bystanders.state()).as("what is not its business").isEqualTo(before);
      settles(running, files);
      assertThat(Integer.parseInt(running.status("Threads"))).isLessThanOrEqualTo(threads + 4);
      assertThat(running.log())
          .as("no bug was met")
          .doesNotContain("level=severe")
          .doesNotContain("OutOfMemory");
    }
  }

  /** Makes one connection, which goes on as it begins. */
  private void attack(long seed) throws IOException {
    var random = new Random(seed);
    try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      switch (random.nextInt(5)) {
        case 0 -> socket.write(ByteBuffer.wrap(garbage(random, 200)));
        case 1 -> socket.write(ByteBuffer.allocate(4).putInt(random.nextInt()).flip());
        case 2 -> socket.write(ByteBuffer.wrap(Arrays.copyOf(LIST, random.nextInt(LIST.length))));
        default -> {
          for (int i = 0; i < 20; i++) socket.write(ByteBuffer.wrap(spoilt(random)));
        }
      }
    } catch (IOException closedByTheServer) {
      // As it should be.
    }
  }

  private static byte[] spoilt(Random random) {
    var bytes = HONEST.get(random.nextInt(HONEST.size())).toByteArray();
    for (int i = random.nextInt(3); i > 0; i--)
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    return Framing.ENVELOPE.frame(bytes);
  }

  private static byte[] garbage(Random random, int most) {
    var bytes = new byte[1 + random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  private void stillAnswers(long seed) throws IOException {
    assertThat(answer(LIST, 7).getBodyCase())
        .as("after seed %d", seed)
        .isEqualTo(Envelope.BodyCase.PODS_LISTED);
  }

  /** Sends a well-formed request that aims at foreign objects. */
  private void assertRefused(Envelope aimed) throws IOException {
    var answer = answer(Framing.ENVELOPE.frame(aimed.toByteArray()), aimed.getId());
    assertThat(answer.hasRefused()).as("%s: %s", aimed, answer).isTrue();
  }

  private Envelope answer(byte[] request, long id) throws IOException {
    try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
      socket.write(ByteBuffer.wrap(request));
      var parser = new FrameParser(Framing.ENVELOPE);
      var buffer = ByteBuffer.allocate(65_536);
      while (socket.read(buffer.clear()) > 0) {
        for (var body : parser.feed(Arrays.copyOf(buffer.array(), buffer.position()))) {
          var answer = Envelope.parseFrom(body);
          if (answer.getId() == id) return answer; // else a notification
        }
      }
      throw new AssertionError("closed without an answer to request " + id);
    }
  }

  /** Waits until connections are closed, which happens when their last answer is written. */
  private static void settles(NetProgrammer running, int files) throws Exception {
    Wait.until("connections are closed", () -> running.openFiles() <= files + 5);
  }
}
