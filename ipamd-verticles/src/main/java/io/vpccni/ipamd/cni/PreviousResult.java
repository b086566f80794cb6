package io.vpccni.ipamd.cni;

import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.pool.Held;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code prevResult} of a CHECK: must still be what the pod holds. */
final class PreviousResult {
  private PreviousResult() {}

  /** One sentence per address that the runtime believes in and the pod does not hold. */
  static List<String> differences(
      Optional<Map<String, @Nullable Object>> previous, List<Held> held) {
    var ours = new HashSet<String>();
    for (var address : held) ours.add(address.ip().asCidr().toString());
    var differences = new ArrayList<String>();
    for (var address : addresses(previous)) {
      if (!ours.contains(address)) {
        differences.add(address + " of prevResult is not assigned to this container");
      }
    }
    return differences;
  }

  private static List<String> addresses(Optional<Map<String, @Nullable Object>> previous) {
    var addresses = new ArrayList<String>();
    if (previous.isPresent() && previous.get().get("ips") instanceof List<?> ips) {
      for (var ip : ips) addresses.add(Json.text(Json.asObject(ip), "address"));
    }
    return addresses;
  }
}
