package io.vpccni.ipamd.imds.service;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the texts of IMDS as values. It is pure. What cannot be read is an {@link
 * IllegalArgumentException}.
 */
final class ImdsText {
  private static final Pattern REGION = Pattern.compile("\"region\"\\s*:\\s*\"([a-z0-9-]+)\"");

  private ImdsText() {}

  /** Splits a list at any white space, since IMDS is not consistent. */
  static List<String> words(String text) {
    return Stream.of(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  static String withoutSlash(String name) {
    return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }

  static List<Cidr> cidrs(String text) {
    return words(text).stream().map(Cidr::parse).toList();
  }

  /**
   * Reads the region out of the identity document, a small JSON object whose member names are
   * unique.
   */
  static String region(String document) {
    var found = REGION.matcher(document);
    if (!found.find()) {
      throw new IllegalArgumentException("no region in the instance identity document");
    }
    return found.group(1);
  }

  /**
   * @param values the keys that IMDS has for this MAC, with their texts
   * @throws ImdsFailure if one that each ENI has is missing: it is being attached or detached
   */
  static AttachedEni eni(String mac, boolean primary, boolean ipv6, Map<String, String> values) {
    try {
      var ipv4s = words(values.getOrDefault("local-ipv4s", "")).stream().map(Ip::parse).toList();
      var ipv6s = words(values.getOrDefault("ipv6s", "")).stream().map(Ip::parse).toList();
      var prefixes = cidrs(values.getOrDefault(ipv6 ? "ipv6-prefix" : "ipv4-prefix", ""));
      var cidrs = new ArrayList<Cidr>();
      if (!ipv6) {
        ipv4s.stream().skip(1).map(Ip::asCidr).forEach(cidrs::add);
      }
      cidrs.addAll(prefixes);
      var own = ipv6 ? ipv6s : ipv4s;
      var other = ipv6 ? ipv4s : ipv6s;
      var primaryIp = Stream.concat(own.stream(), other.stream()).findFirst();
      var subnetCidr =
          primaryIp.filter(Ip::v6).isPresent()
              ? "subnet-ipv6-cidr-blocks"
              : "subnet-ipv4-cidr-block";
      return new AttachedEni(
          new EniId(need(values, mac, "interface-id")),
          mac,
          new AttachedEni.Place(
              Integer.parseInt(values.getOrDefault("network-card", "0")),
              // IMDS has been seen to number the primary ENI otherwise; it is device 0.
              primary ? 0 : Integer.parseInt(need(values, mac, "device-number"))),
          new SubnetId(need(values, mac, "subnet-id")),
          cidrs(values.getOrDefault(subnetCidr, "")).stream().findFirst(),
          primaryIp,
          cidrs,
          ipv4s.isEmpty() && ipv6s.isEmpty() ? EniKind.EFA_ONLY : EniKind.ORDINARY,
          new AttachedEni.Standing(primary, false, true),
          Map.of());
    } catch (IllegalArgumentException unreadable) {
      throw ImdsFailure.passing("IMDS data of " + mac + " unreadable: " + unreadable.getMessage());
    }
  }

  private static String need(Map<String, String> values, String mac, String key) {
    return Optional.ofNullable(values.get(key))
        .orElseThrow(
            () ->
                ImdsFailure.passing(
                    "IMDS has no " + key + " for " + mac + ": being attached or detached?"));
  }
}
