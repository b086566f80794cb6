package io.vpccni.netprog.host;

import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.netlink.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds the ordered changes that turn the present state into the desired one.
 *
 * @param tables the route table in force of each ENI whose link is present, by ENI id
 * @param missing ids of ENIs whose link is absent
 */
public record Plan(List<Change> changes, Map<String, Integer> tables, List<String> missing) {
  public Plan {
    changes = List.copyOf(changes);
    tables = Map.copyOf(tables);
    missing = List.copyOf(missing);
  }

  /** The purpose of a change says what depends on it. */
  public enum Purpose {
    /** The node does not work without it: a failure is an error. */
    NEEDED,
    /** It only removes what is left over: a failure is reported and changes nothing else. */
    CLEANUP
  }

  /**
   * A change is one request to the kernel.
   *
   * @param kind {@code link}, {@code route}, {@code rule} or {@code neighbour}
   * @param why what was wrong
   * @param newLink name of the link that this request creates, if it creates one
   */
  public record Change(
      String kind, String why, Request request, Optional<String> newLink, Purpose purpose) {

    /** Returns a change that removes what is not desired. */
    static Change cleanup(String kind, String why, Request request) {
      return new Change(kind, why, request, Optional.empty(), Purpose.CLEANUP);
    }

    static Change of(DesiredObject item) {
      return new Change(
          item.kind(),
          item.complaint(),
          item.request(),
          item instanceof DesiredObject.VlanPresent vlan
              ? Optional.of(vlan.name())
              : Optional.empty(),
          Purpose.NEEDED);
    }
  }
}
