package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.NodeFacts;
import java.util.Optional;

/**
 * Says whose an ENI is when it is to be detached and deleted, as EC2 shows it at that moment. It is
 * pure.
 */
enum Ownership {
  /** The ENI bears our tag, and is attached to this instance or to none: it may be freed. */
  OURS,
  /** It is gone, or belongs to another instance: nothing is to be done for this one. */
  ELSEWHERE,
  /** It is attached to this instance, but others made it or need it: it stays. */
  NOT_OURS;

  static Ownership of(Optional<EniView> shown, NodeFacts node) {
    if (shown.isEmpty()) {
      return ELSEWHERE;
    }
    var eni = shown.get();
    var instance = node.instance().id();
    boolean tagged = instance.equals(eni.tags().get(EniTags.INSTANCE));
    boolean here = eni.attachment().filter(at -> at.instance().equals(instance)).isPresent();
    if (here) {
      return tagged && !isNeeded(eni, node) ? OURS : NOT_OURS;
    }
    return tagged && eni.attachment().isEmpty() ? OURS : ELSEWHERE;
  }

  private static boolean isNeeded(EniView eni, NodeFacts node) {
    return eni.id().equals(node.primary().eni())
        || eni.type().equals("trunk")
        || eni.type().startsWith("efa");
  }
}
