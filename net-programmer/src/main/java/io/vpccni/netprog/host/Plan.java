package io.vpccni.netprog.host;

import io.vpccni.netprog.kernel.DesiredObject;
import io.vpccni.netprog.netlink.Request;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to get from what is there to what is desired, in order.
 *
 * @param tables the table in force of each ENI that is there, by ENI id
 * @param missing ids of ENIs whose link is not there
 */
public record Plan(List<Change> changes, Map<String, Integer> tables, List<String> missing) {
  public Plan {
    changes = List.copyOf(changes);
    tables = Map.copyOf(tables);
    missing = List.copyOf(missing);
  }

  /**
   * @param kind {@code link}, {@code route}, {@code rule} or {@code neighbour}
   * @param why what was wrong
   * @param newLink the name of the link that this makes, if it makes one
   */
  public record Change(String kind, String why, Request request, Optional<String> newLink) {
    Change(String kind, String why, Request request) {
      this(kind, why, request, Optional.empty());
    }

    static Change of(DesiredObject item) {
      return new Change(
          item.kind(),
          item.complaint(),
          item.request(),
          item instanceof DesiredObject.VlanPresent vlan ? Optional.of(vlan.name()) : Optional.empty());
    }
  }
}
