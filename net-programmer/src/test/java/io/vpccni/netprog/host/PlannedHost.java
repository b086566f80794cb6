package io.vpccni.netprog.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SecondaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.FakeKernel;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A host whose kernel is a {@link FakeKernel}, and what may be desired of it. */
final class PlannedHost {
  /** No state needs more looks than this to become the desired one. */
  private static final int ROUNDS = 4;

  /** The MAC of the primary ENI; that of secondary ENI n is n greater. */
  static final Mac PRIMARY = new Mac(1);

  final FakeKernel kernel = new FakeKernel();

  void link(int index, String name, Mac mac, String kind) {
    kernel.links.put(index, new Link(index, name, Optional.of(mac), 1500, false, 0, -1, 0, kind));
  }

  static HostState host(Optional<PodSecurityGroupMode> podEni, List<SecondaryEni> enis) {
    return new HostState(
        false,
        new PrimaryEni(PRIMARY, Ip.parse("10.0.0.4"), Optional.empty()),
        new Cidrs(
            List.of(Cidr.parse("10.0.0.0/16")), List.of(), List.of(Cidr.parse("172.31.99.0/24"))),
        new NatSettings(false, true, SnatRandomization.FULLY, 0x80),
        9001,
        "eni",
        podEni,
        false,
        enis);
  }

  static SecondaryEni eni(int number, int card, int table) {
    return new SecondaryEni(
        "eni-" + number,
        new Mac(1 + number),
        Ip.parse("10.0.9." + number),
        Cidr.parse("10.0.9.0/24"),
        card,
        number,
        table,
        false);
  }

  static PodState pod(int number, int table) {
    return new PodState(
        "c" + number,
        "eth0",
        "default",
        "p" + number,
        Optional.empty(),
        List.of(new PodInterface("eth0", "eni" + number, podIp(number), table)),
        Optional.empty(),
        Optional.empty(),
        9001);
  }

  static Ip podIp(int number) {
    return Ip.parse("10.0.1." + number);
  }

  Plan plan(HostState host, List<PodState> pods) {
    return HostPlanner.of(host, pods, FormerState.NONE, Set.of(), kernel.view());
  }

  void apply(Plan plan) {
    kernel.apply(plan.changes().stream().map(Plan.Change::request).toList());
  }

  /** Looks and carries out what is planned, as often as any state needs. */
  void settle(HostState host, List<PodState> pods) {
    for (int round = 0; round < ROUNDS; round++) {
      apply(plan(host, pods));
    }
  }

  /** Settles, after which nothing may be planned any more. */
  void converge(String what, HostState host, List<PodState> pods) {
    settle(host, pods);
    assertThat(plan(host, pods).changes()).as(what).isEmpty();
  }
}
