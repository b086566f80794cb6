package io.vpccni.e2e.traffic;

import io.vpccni.e2e.testbed.Pod;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.util.regex.Pattern;

/** A pod's interface to the family that its cluster does not speak. */
record NodeLocalInterface(Pod pod) {
  String link() {
    return pod.ip().v6() ? "v4if0" : "v6if0";
  }

  /** Returns the interface's one address that is not link-local. */
  Ip address() throws IOException {
    return Ip.parse(
        found(pod.ip("-o", "addr", "show", link(), "scope", "global"), " inet6? (\\S+)/"));
  }

  /** Routes a target through the node, as the interface's default route does. */
  void routeThroughNode(Ip target) throws IOException {
    var family = target.v6() ? "-6" : "-4";
    var gateway = found(pod.ip(family, "route", "show", "default"), "via (\\S+) dev " + link());
    pod.ip("route", "replace", target.asCidr().toString(), "via", gateway, "dev", link());
  }

  private static String found(String text, String pattern) {
    var match = Pattern.compile(pattern).matcher(text);
    if (!match.find()) {
      throw new AssertionError("no " + pattern + " in: " + text);
    }
    return match.group(1);
  }
}
