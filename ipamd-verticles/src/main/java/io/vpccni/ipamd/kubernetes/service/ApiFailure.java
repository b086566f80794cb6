package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesReply.Failed;
import java.net.HttpURLConnection;
import java.util.Optional;

/** Says for people why the API server was of no use. */
final class ApiFailure {
  private ApiFailure() {}

  /** Returns the failure as a reply; empty for a bug, which is no answer of the API server. */
  static Optional<Failed> reply(Throwable error) {
    return switch (error) {
      case KubernetesClientException refused ->
          Optional.of(new KubernetesReply.Unavailable(String.valueOf(refused.getMessage())));
      case IllegalArgumentException unusable ->
          Optional.of(new KubernetesReply.NotUsable(String.valueOf(unusable.getMessage())));
      default -> Optional.empty();
    };
  }

  /** The innermost cause says what happened; two refusals have causes that a person can mend. */
  static String text(Throwable error) {
    var cause = error;
    while (true) {
      if (cause instanceof KubernetesClientException refused) {
        switch (refused.getCode()) {
          case HttpURLConnection.HTTP_UNAUTHORIZED -> {
            return "the API server refuses the agent's token (401): is it expired, or the service"
                + " account deleted?";
          }
          case HttpURLConnection.HTTP_FORBIDDEN -> {
            return "the API server forbids it (403): the role of the agent's service account lacks"
                + " a permission: "
                + message(refused);
          }
          default -> {}
        }
      }
      if (cause.getCause() == null) return cause.toString();
      cause = cause.getCause();
    }
  }

  private static String message(KubernetesClientException refused) {
    var status = refused.getStatus();
    return status == null || status.getMessage() == null
        ? String.valueOf(refused.getMessage())
        : status.getMessage();
  }
}
