package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.HistoryEntry;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Totals;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells in sentences what EC2 is asked for, on what grounds, and what it answered. */
final class Ec2Notes {
  /** A page with more CIDRs in one sentence is not read. */
  private static final int MOST_CIDRS = 8;

  private Ec2Notes() {}

  static String words(Ec2Request ask) {
    return switch (ask) {
      case Ec2Request.AssignAddresses(var eni, var kind, var count) ->
          "EC2 is asked for " + words(kind, count) + " more on " + eni.value() + ".";
      case Ec2Request.UnassignAddresses(var eni, var cidrs) ->
          "EC2 is asked to take " + words(cidrs) + " back from " + eni.value() + ".";
      case Ec2Request.CreateEni(var card, var kind, var count, var custom) ->
          "EC2 is asked for a new ENI with "
              + words(kind, count)
              + " on network card "
              + card
              + custom.map(network -> ", in " + network.subnet().value()).orElse("")
              + ".";
      case Ec2Request.FreeEni(var eni) -> "EC2 is asked to delete " + eni.value() + ".";
      case Ec2Request.DescribeAttached() -> "EC2 is asked which ENIs and addresses the node has.";
    };
  }

  /** Returns why something is asked of EC2, with the numbers as they are then. */
  static String reason(PoolState state, Ec2Request ask) {
    return switch (ask) {
      case Ec2Request.AssignAddresses _, Ec2Request.CreateEni _ -> numbers(state);
      case Ec2Request.UnassignAddresses _, Ec2Request.FreeEni _ ->
          "No pod and no link uses them, and the pool can do without. " + numbers(state);
      case Ec2Request.DescribeAttached() ->
          state
              .cloud()
              .doubt()
              .map(_ -> "An answer of EC2 left open what the node has.")
              .orElse(
                  state.cloud().described()
                      ? "The periodic comparison is due."
                      : "It is not known since the start.");
    };
  }

  /** Returns the figures of the pool and what the settings ask for. */
  static String numbers(PoolState state) {
    var demand = state.context().demand().size();
    return "The pool: "
        + Totals.of(state)
        + "; "
        + demand
        + (demand == 1 ? " bound pod has" : " bound pods have")
        + " no address yet; targets: "
        + words(state.context().settings().targets())
        + ".";
  }

  static String words(Targets targets) {
    return "WARM_ENI_TARGET=%d, WARM_IP_TARGET=%d, MINIMUM_IP_TARGET=%d, WARM_PREFIX_TARGET=%d"
        .formatted(targets.warmEni(), targets.warmIp(), targets.minimumIp(), targets.warmPrefix());
  }

  /** Returns what EC2 answered; nothing where it only described what is there. */
  static Optional<HistoryEntry> of(PoolState before, PoolEvent.Ec2Answered answered) {
    var asked = Optional.ofNullable(before.cloud().inFlight().get(answered.request()));
    var took = asked.map(request -> took(request.since(), answered.at())).orElse("");
    return switch (answered.reply()) {
      case Ec2Reply.AddressesAssigned(var eni, var cidrs) ->
          note(answered, "EC2 has assigned " + words(cidrs) + " to " + eni.value() + ".", took);
      case Ec2Reply.AddressesUnassigned(var eni, var cidrs) ->
          note(answered, "EC2 has taken " + words(cidrs) + " from " + eni.value() + ".", took);
      case Ec2Reply.EniCreated(var eni) ->
          note(
              answered,
              "EC2 has attached %s with %s in %s."
                  .formatted(eni.id().value(), words(eni.cidrs()), eni.subnet().value()),
              took);
      case Ec2Reply.EniFreed(var eni) ->
          note(answered, "EC2 has deleted " + eni.value() + ".", took);
      case Ec2Reply.Described _, Ec2Reply.Hinted _ -> Optional.empty();
      case Ec2Reply.Failed(var action, var code, var message, var _, var _) ->
          note(
              answered,
              action + asked.map(Ec2Notes::subject).orElse("") + " failed with " + code + ".",
              message);
    };
  }

  private static Optional<HistoryEntry> note(
      PoolEvent.Ec2Answered answered, String what, String why) {
    return Optional.of(new HistoryEntry(answered.at(), what, why));
  }

  private static String subject(InFlightRequest asked) {
    return switch (asked) {
      case InFlightRequest.ToAssign(var eni, var _, var _, var _) -> " for " + eni.value();
      case InFlightRequest.ToUnassign(var eni, var _, var _) -> " for " + eni.value();
      case InFlightRequest.ToFree(var eni, var _) -> " for " + eni.value();
      case InFlightRequest.ToCreate(var card, var _, var _, var _) -> " on network card " + card;
      case InFlightRequest.ToDescribe _, InFlightRequest.ToListVeths _ -> "";
    };
  }

  private static String took(Instant since, Instant until) {
    return String.format(
        Locale.ROOT, "It took %.1f s.", Duration.between(since, until).toMillis() / 1e3);
  }

  private static String words(AddressKind kind, int count) {
    var one =
        switch (kind) {
          case SECONDARY_IP -> "address";
          case IPV4_PREFIX -> "IPv4 prefix";
          case IPV6_PREFIX -> "IPv6 prefix";
        };
    var many = one.equals("address") ? "addresses" : one + "es";
    return count + " " + (count == 1 ? one : many);
  }

  private static String words(List<Cidr> cidrs) {
    if (cidrs.isEmpty()) return "nothing";
    var first =
        cidrs.stream()
            .limit(MOST_CIDRS)
            .map(cidr -> cidr.single() ? cidr.network().toString() : cidr.toString())
            .collect(Collectors.joining(", "));
    int more = cidrs.size() - MOST_CIDRS;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
