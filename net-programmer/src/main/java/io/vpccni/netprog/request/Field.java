package io.vpccni.netprog.request;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Checks one field of a request, known by the name that messages about it show; several fields
 * share these checks.
 */
record Field(String name) {
  /** The longest link name is IFNAMSIZ (16) without the closing zero byte. */
  private static final int LONGEST_LINK_NAME = 15;

  private static final Pattern LINK_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");
  private static final Pattern HOST_VETH = Pattern.compile("[A-Za-z0-9_.-]{0,4}[0-9a-f]{11}");
  private static final Pattern EGRESS_VETH = Pattern.compile("veth[0-9a-f]{8}");

  /**
   * These ranges belong to this host, to a link or to a group (RFC 6890), so no pod can have an
   * address of them. The metadata service is among them.
   */
  private static final List<Cidr> NO_PODS =
      Stream.of(
              "0.0.0.0/8",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "224.0.0.0/3",
              "::/127",
              "fe80::/10",
              "ff00::/8")
          .map(Cidr::parse)
          .toList();

  /**
   * The CNI specification (section 2) lets a container id start with a letter or digit. Runtimes
   * use 64 characters; 128 is ample.
   */
  private static final Pattern CONTAINER_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");

  /** The names of pods and namespaces are DNS subdomains. */
  private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  Field in(String part) {
    return new Field(name.isEmpty() ? part : name + "." + part);
  }

  Field at(int index) {
    return new Field(name + "[" + index + "]");
  }

  Invalid invalid(String why) {
    return new Invalid(name, why);
  }

  Ip ip(String value) {
    return parsed(value, Ip::parse, "is not an IP address");
  }

  Ip ip(String value, boolean v6) {
    var ip = ip(value);
    if (ip.v6() != v6)
      throw invalid("is not an " + (v6 ? "IPv6" : "IPv4") + " address: " + Invalid.shown(value));
    return ip;
  }

  Optional<Ip> optionalIp(String value, boolean v6) {
    return value.isEmpty() ? Optional.empty() : Optional.of(ip(value, v6));
  }

  Cidr cidr(String value, boolean v6) {
    var cidr = parsed(value, Cidr::parse, "is not a CIDR");
    if (cidr.v6() != v6)
      throw invalid("is not an " + (v6 ? "IPv6" : "IPv4") + " CIDR: " + Invalid.shown(value));
    return cidr;
  }

  Mac mac(String value) {
    return parsed(value, Mac::parse, "is not a MAC address");
  }

  private <T> T parsed(String value, Function<String, T> parser, String otherwise) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException wrong) {
      throw invalid(otherwise + ": " + Invalid.shown(value));
    }
  }

  /** Checks a name that a link may have and that hardly any link of the host itself has. */
  String linkName(String value) {
    boolean fits = value.length() <= LONGEST_LINK_NAME && LINK_NAME.matcher(value).matches();
    if (!fits) throw invalid("is not an interface name: " + Invalid.shown(value));
    return value;
  }

  /**
   * Checks the name of a pod's host veth. We create and delete links by these names, so only a
   * prefix followed by the digits of a hash is allowed, which no link of the node's own has.
   */
  String hostVeth(String value) {
    return matching(value, HOST_VETH, "is not a name for a pod's host link");
  }

  /** Checks the name of the host veth of the other family. */
  String egressVeth(String value) {
    return matching(value, EGRESS_VETH, "is not a name for a pod's host link");
  }

  /** Checks an address as {@link #podIp(String)} does, and its family. */
  Ip podIp(String value, boolean v6) {
    var _ = ip(value, v6);
    return podIp(value);
  }

  /** Checks the name of a host veth of either kind. */
  String anyVeth(String value) {
    return EGRESS_VETH.matcher(value).matches() ? value : hostVeth(value);
  }

  /** Checks an address that a pod may have and that the node itself does not need. */
  Ip podIp(String value) {
    var ip = ip(value);
    if (NO_PODS.stream().anyMatch(block -> block.contains(ip)))
      throw invalid("is not an address that a pod may have: " + Invalid.shown(value));
    return ip;
  }

  String containerId(String value) {
    return matching(value, CONTAINER_ID, "is not a container id");
  }

  String dnsName(String value) {
    return matching(value, DNS_NAME, "is not a Kubernetes name");
  }

  private String matching(String value, Pattern pattern, String otherwise) {
    if (!pattern.matcher(value).matches()) throw invalid(otherwise + ": " + Invalid.shown(value));
    return value;
  }

  /**
   * Checks a range. It works for unsigned numbers as well: protobuf shows those above 2^31 as
   * negative ones, which no range here includes.
   */
  int between(int value, int least, int most) {
    if (value < least || value > most) {
      throw invalid(
          "is " + Integer.toUnsignedString(value) + "; " + least + " to " + most + " are allowed");
    }
    return value;
  }

  void atMost(int most, Collection<?> entries) {
    if (entries.size() > most)
      throw invalid("has " + entries.size() + " entries, at most " + most + " are allowed");
  }
}
