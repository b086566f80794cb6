package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Bytes;
import java.nio.ByteBuffer;
import java.util.List;

/** Reads the rule set of nf_tables, which also holds the rules of iptables' nft variant. */
public final class Ruleset {
  private static final int SUBSYSTEM = 10 << 8;
  private static final int NFT_MSG_NEWGEN = SUBSYSTEM | 15;
  private static final int NFT_MSG_GETGEN = SUBSYSTEM | 16;
  private static final int NFTA_GEN_ID = 1;
  private static final int NFGENMSG = 4;

  private Ruleset() {}

  /**
   * Returns the generation of the rule set, which changes with every transaction, whoever makes it;
   * {@code nft monitor} shows it too.
   *
   * @param socket a socket of {@link NetlinkSocket#NETFILTER}
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
