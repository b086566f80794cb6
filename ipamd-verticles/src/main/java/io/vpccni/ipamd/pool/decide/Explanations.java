package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Explanation;
import io.vpccni.ipamd.pool.Explanation.Address;
import io.vpccni.ipamd.pool.Explanation.Subject;
import io.vpccni.ipamd.pool.PoolView.Readiness;
import io.vpccni.ipamd.pool.size.AddAdmission;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Waiter;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the answer to a person who asks about one address or one pod. */
public final class Explanations {
  private Explanations() {}

  /** Returns what is known of the subject at this time. */
  public static Explanation of(PoolState state, Subject subject, Instant now) {
    return switch (subject) {
      case Subject.OneAddress(var ip) -> ofAddress(state, ip, now);
      case Subject.OnePod(var pod) -> ofPod(state, pod, now);
    };
  }

  private static Explanation ofAddress(PoolState state, Ip ip, Instant now) {
    var holding =
        state.ledger().holdings().values().stream()
            .filter(each -> each.addresses().stream().anyMatch(held -> held.ip().equals(ip)))
            .findFirst();
    if (holding.isPresent()) {
      return new Explanation(List.of(assigned(state, holding.get(), ip)), List.of());
    }
    var owner = state.ledger().owner(ip);
    var block = owner.flatMap(eni -> eni.blockOf(ip));
    if (owner.isPresent() && block.isPresent()) {
      var facts = new AddressReason(state, owner.get(), block.get(), now);
      return new Explanation(List.of(facts.explain(ip)), List.of());
    }
    return new Explanation(List.of(outsideOfThePool(state, ip)), List.of());
  }

  private static Address outsideOfThePool(PoolState state, Ip ip) {
    var primary =
        state.ledger().enis().values().stream()
            .map(eni -> eni.facts())
            .filter(facts -> facts.primaryIp().filter(ip::equals).isPresent())
            .findFirst();
    if (primary.isPresent()) {
      return unused(
          ip, "primary", primary, "It is the primary address of its ENI, which no pod ever gets.");
    }
    var egress =
        state.ledger().holdings().values().stream()
            .filter(holding -> holding.egress().filter(ip::equals).isPresent())
            .findFirst();
    if (egress.isPresent()) {
      return new Address(
          ip,
          "assigned",
          Optional.empty(),
          egress.get().pod(),
          "",
          Optional.of(egress.get().assignedAt()),
          "It is the pod's address for the other address family and is valid on this node only.",
          "");
    }
    return unused(
        ip,
        "foreign",
        Optional.empty(),
        state.cloud().described()
            ? "No ENI of this node has it."
            : "No ENI of this node is known to have it, but EC2 has not shown the node's ENIs yet.");
  }

  private static Address unused(Ip ip, String state, Optional<AttachedEni> eni, String why) {
    return new Address(ip, state, eni, PodRef.UNKNOWN, "", Optional.empty(), why, "");
  }

  private static Address assigned(PoolState state, Holding holding, Ip ip) {
    int index = holding.addresses().stream().map(HeldAddress::ip).toList().indexOf(ip);
    var veths = holding.wiring().hostVeths();
    boolean leaving = state.links().detaching().contains(holding.attachment());
    var missing = Optional.ofNullable(state.links().missingSince().get(holding.attachment()));
    return new Address(
        ip,
        "assigned",
        eni(state, holding.addresses().get(index).eni()),
        holding.pod(),
        index < veths.size() ? veths.get(index) : "",
        Optional.of(holding.assignedAt()),
        "The pod has it.",
        leaving
            ? "The pod is gone, so its rules and routes are being removed; then the address rests."
            : missing
                .map(
                    _ ->
                        "The pod's link is missing on the host; if it does not come back, the"
                            + " address is released.")
                .orElse(""));
  }

  private static Optional<AttachedEni> eni(PoolState state, EniId id) {
    return Optional.ofNullable(state.ledger().enis().get(id)).map(eni -> eni.facts());
  }

  private static Explanation ofPod(PoolState state, PodRef pod, Instant now) {
    var addresses =
        state.ledger().holdings().values().stream()
            .filter(holding -> holding.pod().equals(pod))
            .flatMap(
                holding ->
                    holding.addresses().stream().map(held -> assigned(state, holding, held.ip())))
            .toList();
    var sentences = new ArrayList<String>();
    state.calls().queue().values().stream()
        .filter(waiter -> waiter.pod().equals(pod))
        .forEach(waiter -> sentences.add(waits(state, waiter, now)));
    if (addresses.isEmpty() && sentences.isEmpty()) sentences.addAll(absent(state, pod));
    return new Explanation(addresses, sentences);
  }

  private static String waits(PoolState state, Waiter waiter, Instant now) {
    return "The pod has waited for an address for %s and gives up in %s%s."
        .formatted(
            seconds(waiter.since(), now),
            seconds(now, waiter.deadline()),
            AddAdmission.outlook(new Transition(state, now)));
  }

  private static List<String> absent(PoolState state, PodRef pod) {
    var sentences = new ArrayList<String>();
    sentences.add(
        state.context().demand().contains(pod)
            ? "The pod is bound to this node and has no address yet: the container runtime has not"
                + " asked for one, or was refused and will ask again."
            : "The agent has no address for a pod of this name: it is on another node, it was never"
                + " added, or it was deleted. Pods with host networking and pods with a branch ENI"
                + " have no address of the pool.");
    if (ReadinessCheck.of(state) instanceof Readiness.NotReady(var why)) {
      sentences.add("No pod can be added now: " + why + ".");
    }
    return sentences;
  }

  private static String seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toSeconds()) + " s";
  }
}
