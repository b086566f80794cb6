package io.vpccni.netprog.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.netprog.syscall.Errno;
import io.vpccni.netprog.syscall.Wire;
import io.vpccni.rpc.address.Cidr;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests how the socket handles answers that a kernel rarely gives. */
class NetlinkSocketTest {
  private static final int MULTI = 2;
  private static final int INTERRUPTED = 0x10;
  private static final Rule RULE = Rule.to(512, Cidr.parse("10.0.0.1/32"), Route.MAIN);

  /** This wire answers from a script. */
  private static final class Script implements Wire {
    private final Deque<ByteBuffer> answers = new ArrayDeque<>();
    private int interruptedDumps;
    private int strayReplies;
    private boolean silent;
    private int sent;
    private int longestWait;

    @Override
    public void send(ByteBuffer data) {
      for (int at = data.position(); at < data.limit(); at += data.getInt(at)) {
        sent++;
        if (silent) {
          continue;
        }
        int sequence = data.getInt(at + 8);
        for (int i = 0; i < strayReplies; i++) {
          answers.add(end(2, sequence - 1000 - i, 0));
        }
        if ((data.getShort(at + 6) & Request.NLM_F_DUMP) == Request.NLM_F_DUMP) {
          int flags = interruptedDumps-- > 0 ? MULTI | INTERRUPTED : MULTI;
          answers.add(rule(sequence, flags));
          answers.add(end(3, sequence, flags));
        } else {
          answers.add(end(2, sequence, 0));
        }
      }
    }

    private static ByteBuffer rule(int sequence, int flags) {
      var out = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
      RULE.add().write(out, sequence);
      out.putShort(6, (short) flags);
      return out.flip();
    }

    private static ByteBuffer end(int type, int sequence, int flags) {
      return ByteBuffer.allocate(36)
          .order(ByteOrder.nativeOrder())
          .putInt(36)
          .putShort((short) type)
          .putShort((short) flags)
          .putInt(sequence)
          .putInt(0)
          .position(36)
          .flip();
    }

    @Override
    public boolean receive(ByteBuffer into, int timeoutMillis) {
      longestWait = Math.max(longestWait, timeoutMillis);
      if (answers.isEmpty()) {
        return false;
      }
      into.clear();
      into.put(answers.remove()).flip();
      return true;
    }

    @Override
    public int port() {
      return 1;
    }

    @Override
    public void close() {}
  }

  private final Script script = new Script();
  private final NetlinkSocket socket = NetlinkSocket.over(script);

  @Test
  void aDumpThatWasInterruptedByAChangeIsReadAgainAndCountedOnce() throws Exception {
    script.interruptedDumps = 4;

    assertThat(Rule.list(socket, false)).containsExactly(RULE);
    assertThat(script.sent).isEqualTo(5);
  }

  @Test
  void afterFiveInterruptionsItIsAnErrorAndNotHalfATruth() {
    script.interruptedDumps = 5;

    assertThatThrownBy(() -> Rule.list(socket, false))
        .isInstanceOfSatisfying(
            NetlinkFailed.class, failed -> assertThat(failed.errno()).isEqualTo(Errno.EINTR))
        .hasMessageContaining("changed while it was read, 5 times");
    assertThat(script.sent).isEqualTo(5);
  }

  @Test
  void lateAnswersOfOtherRequestsAreNotTakenForOurs() throws Exception {
    script.strayReplies = 3;

    assertThat(socket.run(List.of(RULE.add(), RULE.delete()))).allMatch(Outcome::done);
    assertThat(Rule.list(socket, false)).containsExactly(RULE);
  }

  @Test
  void aKernelThatDoesNotAnswerIsWaitedForForFiveSeconds() {
    script.silent = true;

    assertThatThrownBy(() -> socket.run(List.of(RULE.add())))
        .isInstanceOfSatisfying(
            NetlinkFailed.class, failed -> assertThat(failed.errno()).isEqualTo(Errno.ETIMEDOUT));
    assertThatThrownBy(() -> Rule.list(socket, false))
        .isInstanceOfSatisfying(
            NetlinkFailed.class, failed -> assertThat(failed.errno()).isEqualTo(Errno.ETIMEDOUT));
    assertThat(script.longestWait).isBetween(1, 5000);
  }

  @Test
  void manyRequestsAreSentInSeveralBatchesAndEachHasItsOutcome() throws Exception {
    var requests = java.util.Collections.nCopies(1000, RULE.add());

    assertThat(socket.run(requests)).hasSize(1000);
    assertThat(script.sent).isEqualTo(1000);
  }
}
