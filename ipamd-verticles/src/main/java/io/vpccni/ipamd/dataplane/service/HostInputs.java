package io.vpccni.ipamd.dataplane.service;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * This is what the desired host is computed from, besides the settings. It is pure.
 *
 * @param facts empty until IMDS or a checkpoint has told them: without its own address a host
 *     cannot be described
 * @param enis the ENIs of the pool
 * @param tables the routing table in force by ENI
 * @param missing ENIs whose link was not there when the host was last applied
 */
record HostInputs(
    Optional<NodeFacts> facts,
    List<AttachedEni> enis,
    Map<EniId, Integer> tables,
    Set<EniId> missing) {
  static final HostInputs NONE = new HostInputs(Optional.empty(), List.of(), Map.of(), Set.of());

  HostInputs {
    enis = List.copyOf(enis);
    tables = Map.copyOf(tables);
    missing = Set.copyOf(missing);
  }

  HostInputs with(NodeFacts read) {
    return new HostInputs(Optional.of(read), enis, tables, missing);
  }

  HostInputs with(List<AttachedEni> now) {
    return new HostInputs(facts, now, tables, missing);
  }

  /** Returns these inputs with other VPC CIDRs; the same where no facts are known. */
  HostInputs with(VpcCidrsChanged changed) {
    return facts
        .map(known -> with(known.withVpcCidrs(changed.ipv4(), changed.ipv6())))
        .orElse(this);
  }

  /**
   * Returns these inputs with what the pool knows: its ENIs and tables, and its facts where none
   * are known here.
   */
  HostInputs with(PoolView view) {
    var tablesOfPool = new HashMap<EniId, Integer>();
    for (var eni : view.enis()) tablesOfPool.put(eni.facts().id(), eni.routeTable());
    return new HostInputs(
        facts.or(view.node()::facts),
        view.enis().stream().filter(PoolView.Eni::inPool).map(PoolView.Eni::facts).toList(),
        tablesOfPool,
        missing);
  }

  HostInputs with(HostApplied applied) {
    var inForce = new HashMap<>(tables);
    inForce.putAll(applied.tables());
    return new HostInputs(facts, enis, inForce, applied.missing());
  }

  /**
   * Tells whether the host has to be brought in line with what net-programmer tells: the link of a
   * missing ENI may appear seconds after EC2 has attached it.
   */
  boolean outdatedBy(Envelope notification) {
    return notification.hasLinkChanged() && awaits(notification.getLinkChanged().getMac());
  }

  private boolean awaits(String mac) {
    return enis.stream().anyMatch(eni -> missing.contains(eni.id()) && eni.mac().equals(mac));
  }

  /** Returns the desired host, which is empty while the facts are not known. */
  Optional<Host> host(AgentConfig config) {
    return facts.map(known -> DesiredHost.of(config, known, enis, tables));
  }
}
