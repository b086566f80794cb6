package io.vpccni.e2e.testbed;

import java.util.List;

/** The users and capabilities of the chart are given as words that precede a command. */
final class Privileges {
  private Privileges() {}

  static List<String> ipamd() {
    return List.of(
        "setpriv",
        "--reuid=" + Node.AGENT_UID,
        "--regid=" + Node.AGENT_UID,
        "--clear-groups",
        "--inh-caps=-all",
        "--ambient-caps=-all",
        "--bounding-set=-all",
        "--no-new-privs",
        "--");
  }

  /**
   * Returns the words for net-programmer.
   *
   * @param legacyIptables whether iptables is the legacy variant, whose program opens a raw socket
   */
  static List<String> netProgrammer(boolean legacyIptables) {
    return List.of(
        "setpriv",
        "--reuid=0",
        "--regid=" + Node.AGENT_UID,
        "--clear-groups",
        "--inh-caps=-all",
        "--ambient-caps=-all",
        "--bounding-set=-all,+net_admin,+sys_admin" + (legacyIptables ? ",+net_raw" : ""),
        "--no-new-privs",
        "--");
  }
}
