package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.retry.Pauses;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the subnets of the node's VPC and zone, asked for seldom: tags and free addresses change
 * slowly, and a refused create makes the next one look again. It is for one context only.
 */
final class Subnets {
  private static final Duration FRESH = Duration.ofMinutes(10);

  /** This is how long an exhausted subnet is left alone before EC2 is asked about it again. */
  private static final Duration DOUBTED = Duration.ofMinutes(2);

  /**
   * The first pause after a failure has this length. EC2 is then asked again without need, since
   * tags may forbid what is done now.
   */
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(2);

  private static final Duration LONGEST = Duration.ofMinutes(16);

  /** An IPv4 prefix has so many addresses. */
  private static final int PREFIX = 16;

  private final Ec2Context around;
  private final Shared<Void> asking = new Shared<>();
  private final Map<SubnetId, Cidr> shownByImds = new HashMap<>();

  /** This is how many IPv4 addresses our own new ENIs have taken since EC2 was last asked. */
  private final Map<SubnetId, Integer> taken = new HashMap<>();

  /** This counts EC2's answers, each of which has what was taken before. */
  private int answers;

  /**
   * A creation has taken so many IPv4 addresses of a subnet.
   *
   * @param answers how many answers of EC2 there had been
   */
  record Taken(SubnetId subnet, int addresses, int answers) {}

  private Optional<List<SubnetView>> last = Optional.empty();
  private Instant notBefore = Instant.MIN;
  private Instant askedAt = Instant.MIN;
  private int failures;

  Subnets(Ec2Context around) {
    this.around = around;
  }

  /** Returns the last answer where EC2 gives none now; empty if it has never given one. */
  Future<Optional<List<SubnetView>>> list() {
    return around.later().now().isBefore(notBefore)
        ? Future.succeededFuture(last)
        : asking.join(this::ask).map(_ -> last);
  }

  private Future<Void> ask() {
    return around
        .api()
        .subnets(around.node().vpc().id(), around.node().instance().zone())
        .<Void>map(
            answer -> {
              last = Optional.of(answer);
              taken.clear();
              answers++;
              failures = 0;
              askedAt = around.later().now();
              notBefore = askedAt.plus(FRESH);
              return null;
            })
        .recover(
            error -> {
              if (!(error instanceof Ec2Refused)) {
                return Future.failedFuture(error);
              }
              var pause = Pauses.doubling(AFTER_FAILURE, LONGEST, ++failures);
              notBefore = around.later().now().plus(pause);
              around.later().after(pause, this::list);
              return Future.succeededFuture();
            });
  }

  /**
   * Takes note of the address blocks that IMDS shows, for subnets that EC2 does not describe to us.
   */
  void shown(List<AttachedEni> hints) {
    hints.forEach(
        hint -> hint.subnetCidr().ifPresent(cidr -> shownByImds.put(hint.subnet(), cidr)));
  }

  /**
   * Returns what is known of a subnet: as EC2 described it, or else only the block that IMDS has
   * shown. EC2 has not described a subnet where it may not be asked, nor one that is younger than
   * the last list.
   */
  Optional<SubnetView> view(SubnetId id) {
    return known(id)
        .or(
            () ->
                Optional.ofNullable(shownByImds.get(id))
                    .map(cidr -> new SubnetView(id, List.of(cidr), 0, Map.of())));
  }

  /** Returns the subnet as EC2 last described it. */
  Optional<SubnetView> known(SubnetId id) {
    return last.stream().flatMap(List::stream).filter(s -> s.id().equals(id)).findFirst();
  }

  /**
   * Returns how many IPv4 addresses the subnet has left as far as is known: what EC2 last showed,
   * less what was asked for since.
   */
  int freeIpv4(SubnetId id) {
    return known(id)
        .map(subnet -> subnet.freeIpv4() - taken.getOrDefault(id, 0))
        .orElse(Integer.MAX_VALUE);
  }

  /** Takes note that a new ENI is asked for there, before EC2 answers: others may be as well. */
  Taken take(NewEni eni) {
    taken.merge(eni.subnet(), addresses(eni), Integer::sum);
    return new Taken(eni.subnet(), addresses(eni), answers);
  }

  /** Takes note that the ENI was not created there after all. */
  void giveBack(Taken asked) {
    // A later answer of EC2 does not have what never was.
    if (asked.answers() == answers) free(asked.subnet(), asked.addresses());
  }

  /** Takes note that an ENI is gone, whose addresses others may have now. */
  void deleted(EniView eni) {
    int prefixes = (int) eni.prefixes().stream().filter(prefix -> !prefix.v6()).count();
    free(eni.subnet(), eni.ipv4().size() + PREFIX * prefixes);
  }

  /** What was taken before EC2 answered is in its answer, so there may be less to free. */
  private void free(SubnetId subnet, int addresses) {
    taken.computeIfPresent(subnet, (_, all) -> Math.max(all - addresses, 0));
  }

  /** Returns how many IPv4 addresses an ENI takes: its primary one and what pods get. */
  private static int addresses(NewEni eni) {
    return 1
        + switch (eni.kind()) {
          case SECONDARY_IP -> eni.count();
          case IPV4_PREFIX -> PREFIX * eni.count();
          case IPV6_PREFIX -> 0;
        };
  }

  /** Asks again sooner, since a subnet turned out to be fuller than EC2 had shown. */
  void doubt() {
    if (last.isPresent() && notBefore.isAfter(askedAt.plus(DOUBTED))) {
      notBefore = askedAt.plus(DOUBTED);
    }
  }
}
