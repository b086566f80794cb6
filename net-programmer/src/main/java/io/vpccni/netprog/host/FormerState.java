package io.vpccni.netprog.host;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.rpc.address.Ip;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers what used to be desired, by which leftover rules are recognised. It is remembered and
 * not assumed: other programs use marks and tables too.
 *
 * @param enis primary addresses of ENIs
 * @param tables route tables of ENIs
 * @param marks connection marks
 */
public record FormerState(Set<Ip> enis, Set<Integer> tables, Set<Integer> marks) {
  public static final FormerState NONE = new FormerState(Set.of(), Set.of(), Set.of());

  public FormerState {
    enis = Set.copyOf(enis);
    tables = Set.copyOf(tables);
    marks = Set.copyOf(marks);
  }

  /** Adds a host that is not desired any more. */
  public FormerState and(HostState host) {
    var allEnis = new HashSet<>(enis);
    var allTables = new HashSet<>(tables);
    for (var eni : host.enis()) {
      allEnis.add(eni.primaryIp());
      allTables.add(eni.routeTable());
    }
    return new FormerState(allEnis, allTables, marks).withMarks(Set.of(host.nat().connmark()));
  }

  /** Adds marks. */
  public FormerState withMarks(Set<Integer> more) {
    var all = new HashSet<>(marks);
    all.addAll(more);
    return new FormerState(enis, tables, all);
  }

  /** Leaves out the addresses of the ENIs that this host has. */
  public FormerState without(HostState host) {
    var left = new HashSet<>(enis);
    host.enis().stream().map(SecondaryEni::primaryIp).forEach(left::remove);
    return new FormerState(left, tables, marks);
  }
}
