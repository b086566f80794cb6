package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.pool.Attachment;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Held;
import io.vpccni.ipamd.pool.Holding;
import io.vpccni.ipamd.pool.PoolState;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What must hold at every step, whatever goes wrong; told only by what is seen from outside. */
final class Safety {
  /** From the moment that the caller is told until the pod's link is gone. */
  private final Map<Ip, Attachment> users = new HashMap<>();

  private final Map<Ip, Instant> lastUsed = new HashMap<>();
  private boolean restsKnown = true;
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
            .map(Held::ip)
            .toList();
    for (var held : holding.addresses()) {
      var user = users.put(held.ip(), holding.attachment());
      check(
          user == null || user.equals(holding.attachment()),
          held.ip() + " is given to " + holding.attachment() + " while " + user + " uses it");
      check(onDisk.contains(held.ip()), "the checkpoint does not explain " + held.ip());
      check(cloud.assigned(held.ip()), held.ip() + " is given away and is not ours in EC2");
      var ended = lastUsed.get(held.ip());
      check(
          user != null || ended == null || !ended.plus(cooldown).isAfter(time.now()),
          held.ip() + " is reused inside its cooldown, last used " + ended);
    }
  }

  /** The process that knew of them is gone, and so is what it had written. */
  void forgetRests() {
    lastUsed.clear();
    restsKnown = false;
  }

  /** A process that starts with a whole checkpoint: every rest is in it from here on. */
  void remembersRests() {
    restsKnown = true;
  }

  void ended(Attachment attachment) {
    users
        .entrySet()
        .removeIf(
            entry -> {
              boolean ends = entry.getValue().equals(attachment);
              if (ends && restsKnown) {
                lastUsed.put(entry.getKey(), time.now());
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
    for (var holding : state.holdings().values()) {
      for (var held : holding.addresses()) {
        check(seen.add(held.ip()), held.ip() + " is in two entries");
      }
    }
    var perCard = new HashMap<Integer, Integer>();
    for (var eni : state.view().enis()) {
      // What is being given back may be gone by now, and its slots used again.
      long held = eni.cidrs().stream().filter(cidr -> !cidr.releasing()).count();
      check(held <= SimulatedCloud.SLOTS, eni.facts().id() + " holds more than it may");
      perCard.merge(eni.facts().networkCard(), 1, Integer::sum);
    }
    perCard.forEach(
        (card, enis) ->
            check(enis <= SimulatedCloud.ENIS_PER_CARD + 1, "card " + card + " has too many ENIs"));
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
