package io.vpccni.netprog.host;

import io.vpccni.netprog.netlink.Request;
import java.util.List;
import java.util.Map;

/**
 * How to get from what is there to what is wished, in order.
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
   */
  public record Change(String kind, String why, Request request) {}
}
