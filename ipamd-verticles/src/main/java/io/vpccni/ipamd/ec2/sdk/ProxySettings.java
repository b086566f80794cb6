package io.vpccni.ipamd.ec2.sdk;

import io.vpccni.ipamd.ec2.Ec2Settings.Transport;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Says by which proxy an endpoint of EC2 is reached, and which hosts without it. It is pure.
 *
 * @param proxy what to connect to; user information is for basic authentication
 * @param direct patterns of host names that are reached without the proxy
 */
record ProxySettings(URI proxy, Set<String> direct) {
  ProxySettings {
    direct = Set.copyOf(direct);
  }

  /** Returns the proxy for requests to an endpoint of this scheme; empty without a proxy. */
  static Optional<ProxySettings> of(Transport transport, String endpointScheme) {
    var url = endpointScheme.equals("http") ? transport.httpProxy() : transport.httpsProxy();
    if (url.isEmpty()) {
      return Optional.empty();
    }
    var uri = URI.create(url.contains("://") ? url : "http://" + url);
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "the proxy variable for " + endpointScheme + " names no host: \"" + url + "\"");
    }
    var direct =
        Arrays.stream(transport.noProxy().split("[,\\s]+", -1))
            .filter(item -> !item.isEmpty())
            .map(ProxySettings::pattern)
            .collect(Collectors.toUnmodifiableSet());
    return Optional.of(new ProxySettings(uri, direct));
  }

  int port() {
    return proxy.getPort() >= 0 ? proxy.getPort() : proxy.getScheme().equals("https") ? 443 : 80;
  }

  /**
   * Returns a pattern by which a name stands for itself and everything below it, with or without a
   * leading dot.
   */
  private static String pattern(String item) {
    if (item.equals("*")) {
      return ".*";
    }
    var name = item.startsWith("*.") ? item.substring(2) : item.replaceFirst("^\\.", "");
    return "(.*\\.)?" + Pattern.quote(name.replaceFirst(":\\d+$", ""));
  }
}
