package io.vpccni.ipamd.http;

import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.PoolView.AddressView;
import io.vpccni.ipamd.pool.PoolView.CidrView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes {@code /v1/enis}, byte for byte in the reference's form: Go prints maps sorted by key,
 * masks as base64 and a time that never was as the year 1. Container ids and interface names are
 * blanked, as it does: with them a DelNetwork could be forged.
 */
final class EniJson {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final ElapsedClock clock;

  /**
   * Makes a writer.
   *
   * @param clock is the clock of the pool's instants, and knows their dates
   */
  EniJson(ElapsedClock clock) {
    this.clock = clock;
  }

  Map<String, Object> of(PoolView view) {
    var cards = new TreeMap<String, Object>();
    for (var card : view.cards()) {
      var enis = new TreeMap<String, Object>();
      for (var eni : view.enis()) {
        if (eni.inPool() && eni.facts().networkCard() == card.networkCard()) {
          enis.put(eni.facts().id().value(), eni(eni));
        }
      }
      var one = new LinkedHashMap<String, Object>();
      one.put("TotalIPs", card.addresses().total());
      one.put("AssignedIPs", card.addresses().assigned());
      one.put("ENIs", enis);
      cards.put(Integer.toString(card.networkCard()), one);
    }
    return cards;
  }

  private Map<String, Object> eni(PoolView.Eni eni) {
    var facts = eni.facts();
    var ipv4 = new TreeMap<String, Object>();
    var ipv6 = new TreeMap<String, Object>();
    for (var cidr : eni.cidrs()) {
      (cidr.cidr().v6() ? ipv6 : ipv4).put(cidr.cidr().toString(), cidr(cidr));
    }
    var json = new LinkedHashMap<String, Object>();
    json.put("ID", facts.id().value());
    json.put("IsPrimary", facts.primary());
    json.put("IsTrunk", facts.kind() == EniKind.TRUNK);
    json.put("IsEFA", facts.kind() == EniKind.EFA);
    json.put("DeviceNumber", facts.deviceNumber());
    json.put("AvailableIPv4Cidrs", ipv4);
    json.put("IPv6Cidrs", ipv6);
    json.put("IsExcludedForPodIPs", facts.excluded());
    json.put("RouteTableID", eni.routeTable());
    json.put("SubnetID", facts.subnet().value());
    return json;
  }

  private Map<String, Object> cidr(CidrView view) {
    var addresses = new TreeMap<String, Object>();
    view.addresses().forEach((ip, address) -> addresses.put(ip.toString(), address(address)));
    var block = new LinkedHashMap<String, Object>();
    block.put("IP", view.cidr().network().toString());
    block.put("Mask", mask(view.cidr()));
    var json = new LinkedHashMap<String, Object>();
    json.put("Cidr", block);
    json.put("IPAddresses", addresses);
    json.put("IsPrefix", !view.cidr().single());
    json.put("AddressFamily", "");
    return json;
  }

  private Map<String, Object> address(AddressView address) {
    var key = new LinkedHashMap<String, Object>();
    key.put(
        "networkName", address.holding().map(held -> held.attachment().networkName()).orElse(""));
    key.put("containerID", "");
    key.put("ifName", "");
    var json = new LinkedHashMap<String, Object>();
    json.put("Address", address.ip().toString());
    json.put("IPAMKey", key);
    json.put("IPAMMetadata", address.holding().map(EniJson::metadata).orElse(Map.of()));
    json.put("AssignedTime", time(address.holding().map(Holding::assignedAt)));
    json.put("UnassignedTime", time(address.releasedAt()));
    return json;
  }

  private static Map<String, Object> metadata(Holding holding) {
    var json = new LinkedHashMap<String, Object>();
    if (!holding.pod().namespace().isEmpty()) {
      json.put("k8sPodNamespace", holding.pod().namespace());
    }
    if (!holding.pod().name().isEmpty()) json.put("k8sPodName", holding.pod().name());
    json.put("interfacesCount", holding.addresses().size());
    return json;
  }

  /** Writes a time as RFC 3339 does, with as many digits as it needs. */
  private String time(Optional<Instant> at) {
    return at.map(instant -> clock.date(instant).atOffset(ZoneOffset.UTC))
        .map(
            time -> {
              var seconds = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").format(time);
              if (time.getNano() == 0) return seconds + "Z";
              var fraction = "%09d".formatted(time.getNano()).replaceAll("0+$", "");
              return seconds + "." + fraction + "Z";
            })
        .orElse(NEVER);
  }

  private static String mask(Cidr cidr) {
    var bytes = new byte[cidr.network().bits() / 8];
    for (int bit = 0; bit < cidr.prefix(); bit++) {
      bytes[bit / 8] |= (byte) (0x80 >> (bit % 8));
    }
    return Base64.getEncoder().encodeToString(bytes);
  }
}
