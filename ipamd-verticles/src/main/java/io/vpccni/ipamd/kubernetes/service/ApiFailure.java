package io.vpccni.ipamd.kubernetes.service;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/** Says for people why the API server was of no use. */
final class ApiFailure {
  private ApiFailure() {}

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
