package io.vpccni.rpc.link;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Checks the prefix of host veth names. The agent, which refuses a bad setting when it starts,
 * shares it with net-programmer, which trusts nobody. With a check each, the agent could accept a
 * setting for which net-programmer would refuse every request.
 */
public final class VethPrefix {
  /** A prefix and the eleven digits of the hash make a name of the kernel's 15 characters. */
  private static final int LONGEST = 4;

  private static final Set<String> OF_OTHER_LINKS = Set.of("eth", "vlan", "lo");

  /** The kernel takes more, but {@code %d} is a pattern, and iptables reads {@code +}. */
  private static final Pattern PART_OF_A_LINK_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

  private VethPrefix() {}

  /** Says why the text cannot be a prefix, as the end of a sentence; empty if it can. */
  public static Optional<String> problem(String prefix) {
    if (prefix.isEmpty() || prefix.length() > LONGEST || OF_OTHER_LINKS.contains(prefix)) {
      return Optional.of("must be 1 to 4 characters and not eth, vlan or lo");
    }
    return PART_OF_A_LINK_NAME.matcher(prefix).matches()
        ? Optional.empty()
        : Optional.of("is not an interface name");
  }
}
