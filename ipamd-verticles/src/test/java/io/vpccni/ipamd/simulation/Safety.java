package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks what must hold at every step, whatever goes wrong; told only by what is seen from outside.
 */
final class Safety {
  /** From the moment that the caller is told until the pod's link is gone. */
  private final Map<Ip, Attachment> users = new HashMap<>();

  /**
   * This is when a pod left its address.
   *
   * @param explained an entry said that it was the pod's
   */
  private record Left(Instant at, boolean explained) {}

  private final Map<Ip, Left> left = new HashMap<>();

  /** These addresses are in use by pods whose entries are lost. */
  private final Set<Ip> unexplained = new HashSet<>();

  /** Those of them whose links no list has shown to the process that runs now. */
  private final Set<Ip> unseen = new HashSet<>();

  /** What the process that runs was told of the host's own addresses and blocks, and when. */
  private final Map<HostAddress, Instant> onHost = new HashMap<>();

  private final SimulatedCloud cloud;
  private final VirtualTime time;

  Safety(SimulatedCloud cloud, VirtualTime time) {
    this.cloud = cloud;
    this.time = time;
  }

  void granted(Holding holding, Durable disk, Duration cooldown) {
    var onDisk =
        disk.holdings().stream()
            .filter(saved -> saved.attachment().equals(holding.attachment()))
            .flatMap(saved -> saved.addresses().stream())
            .map(HeldAddress::ip)
            .toList();
    for (var held : holding.addresses()) {
      var user = users.put(held.ip(), holding.attachment());
      check(
          user == null || user.equals(holding.attachment()),
          held.ip() + " is given to " + holding.attachment() + " while " + user + " uses it");
      check(onDisk.contains(held.ip()), "the checkpoint does not explain " + held.ip());
      onHost.forEach(
          (host, told) ->
              check(
                  !host.cidr().contains(held.ip()) || !holding.assignedAt().isAfter(told),
                  held.ip() + " is given away although the host has " + host));
      check(cloud.assigned(held.ip()), held.ip() + " is given away and is not ours in EC2");
      var last = left.get(held.ip());
      check(
          user != null || last == null || !last.at.plus(cooldown).isAfter(time.now()),
          held.ip() + " is reused inside its cooldown, last used " + last);
    }
  }

  /**
   * A process starts with this file.
   *
   * @param lost the file is not the one that was written last: what rested is known to nobody,
   *     except for what the file gives to a pod
   */
  void starts(Durable disk, boolean lost) {
    var held = new HashSet<Ip>();
    disk.holdings().forEach(holding -> holding.addresses().forEach(one -> held.add(one.ip())));
    if (lost) {
      left.keySet().retainAll(held);
      unexplained.addAll(users.keySet());
      unexplained.removeAll(held);
    }
    unseen.addAll(unexplained);
    onHost.clear();
    disk.agent().ifPresent(agent -> unseen.removeAll(agent.quarantined().keySet()));
    // Seen by a process that did not live to write it down.
    left.entrySet()
        .removeIf(entry -> !entry.getValue().explained && !mentions(disk, entry.getKey()));
  }

  private static boolean mentions(Durable disk, Ip ip) {
    return disk.agent()
        .filter(agent -> agent.quarantined().containsKey(ip) || agent.cooling().containsKey(ip))
        .isPresent();
  }

  /** The links on the node were looked at for the process that runs. */
  void listed() {
    unseen.clear();
  }

  /**
   * The process that runs is told which addresses the host itself has.
   *
   * @param at by that process's own clock
   */
  void told(List<HostAddress> addresses, Instant at) {
    onHost.keySet().retainAll(addresses);
    addresses.forEach(address -> onHost.putIfAbsent(address, at));
  }

  void tookFromHost(HostAddress address) {
    onHost.remove(address);
  }

  void ended(Attachment attachment) {
    users
        .entrySet()
        .removeIf(
            entry -> {
              boolean ends = entry.getValue().equals(attachment);
              if (ends) {
                var ip = entry.getKey();
                // Neither the file nor a link has ever told of it: it looks as if never used.
                boolean explained = !unexplained.remove(ip);
                if (!unseen.remove(ip)) {
                  left.put(ip, new Left(time.now(), explained));
                }
              }
              return ends;
            });
  }

  /** EC2 is about to carry this out. */
  void asked(Ec2Request request) {
    switch (request) {
      case Ec2Request.UnassignAddresses(var id, var cidrs) -> {
        // A repeated request may name what another ENI has by now: that changes nothing.
        var there =
            cloud.attached().stream()
                .filter(eni -> eni.id().equals(id))
                .flatMap(eni -> eni.cidrs().stream())
                .filter(cidrs::contains)
                .toList();
        users.forEach(
            (ip, user) ->
                check(
                    there.stream().noneMatch(cidr -> cidr.contains(ip)),
                    ip + " is given back while " + user + " uses it"));
      }
      case Ec2Request.FreeEni(var id) -> {
        var freed = cloud.attached().stream().filter(eni -> eni.id().equals(id)).toList();
        users.forEach(
            (ip, user) ->
                check(
                    freed.stream()
                        .allMatch(eni -> eni.cidrs().stream().noneMatch(c -> c.contains(ip))),
                    id + " is freed while " + user + " uses " + ip));
      }
      case Ec2Request.AssignAddresses _, Ec2Request.CreateEni _, Ec2Request.DescribeAttached _ -> {}
    }
  }

  void state(PoolState state) {
    var seen = new HashSet<Ip>();
    for (var holding : state.ledger().holdings().values()) {
      for (var held : holding.addresses()) {
        check(seen.add(held.ip()), held.ip() + " is in two entries");
      }
    }
    var places = new HashMap<Cidr, EniId>();
    for (var eni : PoolViews.of(state).enis()) {
      eni.cidrs().forEach(cidr -> places.put(cidr.cidr(), eni.facts().id()));
    }
    check(places.equals(state.ledger().places()), "the index of CIDRs is not that of the ENIs");
    var perCard = new HashMap<Integer, Integer>();
    for (var eni : PoolViews.of(state).enis()) {
      // What is being given back may be gone by now, and its slots used again.
      long held = eni.cidrs().stream().filter(cidr -> !cidr.releasing()).count();
      check(held <= SimulatedCloud.SLOTS, eni.facts().id() + " holds more than it may");
      perCard.merge(eni.facts().networkCard(), 1, Integer::sum);
    }
    perCard.forEach(
        (card, enis) ->
            check(enis <= cloud.enisPerCard + 1, "card " + card + " has too many ENIs"));
  }

  List<Ip> inUse() {
    return List.copyOf(users.keySet());
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new Violation(otherwise);
    }
  }
}
