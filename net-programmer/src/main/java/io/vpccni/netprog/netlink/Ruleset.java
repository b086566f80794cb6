package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Bytes;
import java.nio.ByteBuffer;
import java.util.List;

/** The whole of nf_tables, which iptables' nft variant keeps its rules in too. */
public final class Ruleset {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int NFT_MSG_NEWGEN = SUBSYSTEM | 15;
  private static final int NFT_MSG_GETGEN = SUBSYSTEM | 16;
  private static final int NFTA_GEN_ID = 1;
  private static final int NFGENMSG = 4;

  private Ruleset() {}

  /**
   * A number that is another one after each change of a rule, whoever makes it.
   *
   * @param socket of {@link NetlinkSocket#NETFILTER}
   */
  public static int generation(NetlinkSocket socket) throws NetlinkFailed {
    var outcome = socket.run(List.of(getGeneration())).getFirst();
    return outcome.data().stream()
        .filter(reply -> reply.type() == NFT_MSG_NEWGEN)
        .flatMap(reply -> reply.attributes(NFGENMSG).bytes(NFTA_GEN_ID).stream())
        .filter(bytes -> bytes.length == 4)
        .map(bytes -> ByteBuffer.wrap(bytes).getInt())
        .findFirst()
        .orElseThrow(() -> new NetlinkFailed("nft: no generation in the answer", 0, ""));
  }

  static Request getGeneration() {
    return new Request(
        NFT_MSG_GETGEN, 0, new Bytes(new byte[NFGENMSG]), () -> "nft: generation of the rules");
  }
}
