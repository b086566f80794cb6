package io.vpccni.ipamd.ec2.sdk;

import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Derives the proxy to EC2 from the variables that every tool knows ({@code HTTPS_PROXY}, {@code
 * HTTP_PROXY}, {@code NO_PROXY}, each also in lower case, which wins as in curl). It is pure.
 *
 * @param proxy what to connect to; user information is for basic authentication
 * @param direct patterns of host names that are reached without the proxy
 */
record ProxySettings(URI proxy, Set<String> direct) {
  ProxySettings {
    direct = Set.copyOf(direct);
  }

  /** Returns the proxy for requests to an endpoint of this scheme; empty without a proxy. */
  static Optional<ProxySettings> from(Map<String, String> env, String endpointScheme) {
    var url = either(env, endpointScheme.equals("http") ? "http_proxy" : "https_proxy");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    var uri = URI.create(url.contains("://") ? url : "http://" + url);
    if (uri.getHost() == null) {
      throw new IllegalArgumentException(
          "the proxy variable for " + endpointScheme + " names no host: \"" + url + "\"");
    }
    var direct =
        Arrays.stream(either(env, "no_proxy").split("[,\\s]+", -1))
            .filter(item -> !item.isEmpty())
            .map(ProxySettings::pattern)
            .collect(Collectors.toUnmodifiableSet());
    return Optional.of(new ProxySettings(uri, direct));
  }

  int port() {
    return proxy.getPort() >= 0 ? proxy.getPort() : proxy.getScheme().equals("https") ? 443 : 80;
  }

  boolean bypassed(String host) {
    return direct.stream().anyMatch(host::matches);
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

  private static String either(Map<String, String> env, String lower) {
    var text = env.getOrDefault(lower, "");
    return (text.isBlank() ? env.getOrDefault(lower.toUpperCase(Locale.ROOT), "") : text).strip();
  }
}
