package io.vpccni.sim.kubernetes;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Holds the path of a request for a pod's own HTTP server, such as {@code
 * /api/v1/namespaces/a/pods/http:b:8080/proxy/metrics}.
 *
 * @param port is 80 if the path names none
 * @param rest is what the pod is asked for, and begins with a slash
 */
record ProxyPath(String namespace, String pod, int port, String rest) {
  private static final Pattern PROXY =
      Pattern.compile(
          "/api/v1/namespaces/([^/]+)/pods/(?:http:)?([^/:]+)(?::([0-9]{1,5}))?/proxy(/.*)?");

  /** Parses a path; the result is empty if it is not one of a pod's proxy. */
  static Optional<ProxyPath> parse(String path) {
    var match = PROXY.matcher(path);
    if (!match.matches()) {
      return Optional.empty();
    }
    var port = match.group(3) == null ? 80 : Integer.parseInt(match.group(3));
    var rest = match.group(4) == null ? "/" : match.group(4);
    return Optional.of(new ProxyPath(match.group(1), match.group(2), port, rest));
  }
}
