package io.vpccni.ipamd.grpc;

import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Explanation.Subject;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import java.util.Optional;

/** Reads what a caller of Explain asks about. */
final class ExplainSubject {
  private ExplainSubject() {}

  /** Returns the subject; empty if the request names none, or not as it should. */
  static Optional<Subject> of(ExplainRequest request) {
    return switch (request.getSubjectCase()) {
      case IP -> address(request.getIp());
      case POD -> pod(new PodRef(request.getPod().getNamespace(), request.getPod().getName()));
      case SUBJECT_NOT_SET -> Optional.empty();
    };
  }

  private static Optional<Subject> address(String text) {
    try {
      return Optional.of(new Subject.OneAddress(Ip.parse(text)));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Optional<Subject> pod(PodRef pod) {
    return pod.known() ? Optional.of(new Subject.OnePod(pod)) : Optional.empty();
  }
}
