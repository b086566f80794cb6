package io.vpccni.ipamd.imds.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsReply.AttachedReply;
import io.vpccni.ipamd.imds.ImdsReply.FactsReply;
import io.vpccni.ipamd.imds.ImdsReply.SecurityGroupsReply;
import io.vpccni.ipamd.imds.ImdsReply.Unavailable;
import io.vpccni.ipamd.imds.ImdsRequest.LastKnown;
import io.vpccni.ipamd.imds.VpcCidrsChanged;
import io.vpccni.ipamd.retry.Backoff;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the IMDS client and the node's facts; its start does not wait for IMDS. */
public final class ImdsVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ImdsVerticle.class);
  private static final String CONDITION = "ImdsUnreachable";
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final ImdsSettings settings;
  private final ElapsedClock clock;
  private @Nullable ImdsClient client;
  private @Nullable ImdsReader reader;

  private @Nullable NodeFacts fresh;
  private Optional<NodeFacts> lastKnown = Optional.empty();
  private final Shared<NodeFacts> readingFacts = new Shared<>();
  private final Shared<List<AttachedEni>> readingAttached = new Shared<>();

  /** This tells whether the last read of facts or CIDRs failed; only a change is announced. */
  private boolean unreachable;

  public ImdsVerticle(ImdsSettings settings, ElapsedClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    client = new ImdsClient(vertx, settings, clock);
    reader = new ImdsReader(this::counted, settings.ipv6(), settings.ownIpv6());
    var bus = vertx.eventBus();
    return Future.all(
            ImdsEndpoints.READ_FACTS.serve(bus, _ -> facts().recover(orUnavailable(why -> why))),
            ImdsEndpoints.LAST_KNOWN.serve(
                bus, known -> lastKnown(known).recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_ATTACHED.serve(
                bus,
                _ ->
                    attached()
                        .<AttachedReply>map(ImdsReply.Attached::new)
                        .recover(orUnavailable(why -> why))),
            ImdsEndpoints.READ_SECURITY_GROUPS.serve(
                bus, _ -> securityGroups().recover(orUnavailable(why -> why))))
        .onSuccess(_ -> learnFacts(1));
  }

  @Override
  public Future<?> stop() {
    return client == null ? Future.succeededFuture() : client.close();
  }

  /** A read that IMDS did not answer is a reply; anything else is a bug and stays a failure. */
  private static <R> Function<Throwable, Future<R>> orUnavailable(Function<Unavailable, R> reply) {
    return error ->
        error instanceof ImdsFailure failure
            ? Future.succeededFuture(
                reply.apply(new Unavailable(String.valueOf(failure.getMessage()))))
            : Future.failedFuture(error);
  }

  private Future<FactsReply> lastKnown(LastKnown known) {
    lastKnown = Optional.of(known.facts());
    return facts();
  }

  private Future<FactsReply> facts() {
    if (fresh == null && unreachable && lastKnown.isPresent()) {
      return Future.succeededFuture(new ImdsReply.Facts(lastKnown.get(), false));
    }
    return factsNow()
        .<FactsReply>map(facts -> new ImdsReply.Facts(facts, true))
        .recover(
            error ->
                lastKnown
                    .filter(_ -> error instanceof ImdsFailure)
                    .<Future<FactsReply>>map(
                        facts -> Future.succeededFuture(new ImdsReply.Facts(facts, false)))
                    .orElseGet(() -> Future.failedFuture(error)));
  }

  private Future<SecurityGroupsReply> securityGroups() {
    return factsNow()
        .compose(facts -> reader().securityGroups(facts.primary().mac()))
        .map(ImdsReply.SecurityGroups::new);
  }

  /** Returns the facts from memory, or else from one read that all callers share. */
  private Future<NodeFacts> factsNow() {
    if (fresh != null) {
      return Future.succeededFuture(fresh);
    }
    return readingFacts.join(
        () -> reader().facts().onSuccess(this::learned).onFailure(this::failed));
  }

  private Future<List<AttachedEni>> attached() {
    return readingAttached.join(() -> reader().attached());
  }

  private void learnFacts(int attempt) {
    factsNow()
        .onFailure(
            _ ->
                vertx.setTimer(
                    Backoff.doubling(FIRST_RETRY, LAST_RETRY, attempt).toMillis(),
                    _ -> learnFacts(attempt + 1)));
  }

  private void learned(NodeFacts facts) {
    fresh = facts;
    reachable();
    ImdsEndpoints.FACTS.publish(vertx.eventBus(), new ImdsReply.Facts(facts, true));
    ImdsEndpoints.VPC_CIDRS.publish(
        vertx.eventBus(), new VpcCidrsChanged(facts.vpc().ipv4Cidrs(), facts.vpc().ipv6Cidrs()));
    var streams = new Streams(context);
    streams.each(streams.ticks(settings.vpcCidrPeriod()), _ -> watchVpcCidrs());
  }

  private void watchVpcCidrs() {
    var facts = fresh;
    if (facts == null) {
      return;
    }
    reader()
        .vpcCidrs(facts.primary().mac())
        .onFailure(this::failed)
        .onSuccess(
            cidrs -> {
              reachable();
              if (same(cidrs.ipv4(), facts.vpc().ipv4Cidrs())
                  && same(cidrs.ipv6(), facts.vpc().ipv6Cidrs())) {
                return;
              }
              fresh = facts.withVpcCidrs(cidrs.ipv4(), cidrs.ipv6());
              log.atInfo().addKeyValue("cidrs", cidrs).log("VPC CIDRs changed");
              ImdsEndpoints.VPC_CIDRS.publish(vertx.eventBus(), cidrs);
            });
  }

  private static boolean same(List<Cidr> some, List<Cidr> others) {
    return Set.copyOf(some).equals(Set.copyOf(others));
  }

  private void failed(Throwable error) {
    if (!(error instanceof ImdsFailure)) {
      log.error("IMDS could not be read because of a bug", error);
    }
    if (!unreachable) {
      unreachable = true;
      var detail = String.valueOf(error.getMessage());
      log.atWarn().addKeyValue("reason", detail).log("IMDS does not answer");
      ConditionChanged.TOPIC.publish(
          vertx.eventBus(),
          ConditionChanged.raised(
              CONDITION, "", "Unreachable", detail + "; going on with what was last known"));
    }
  }

  private void reachable() {
    if (unreachable) {
      unreachable = false;
      log.info("IMDS answers again");
      ConditionChanged.TOPIC.publish(vertx.eventBus(), ConditionChanged.over(CONDITION, ""));
    }
  }

  private Future<Optional<String>> counted(String name, String path) {
    long start = System.nanoTime();
    return Objects.requireNonNull(client)
        .get(path)
        .onComplete(
            done ->
                ApiCallMade.TOPIC.publish(
                    vertx.eventBus(),
                    new ApiCallMade(
                        ApiCallMade.Service.IMDS,
                        name,
                        done.succeeded() ? ApiCallMade.Outcome.OK : ApiCallMade.Outcome.REFUSED,
                        done.succeeded() ? "" : "IMDSRequestError",
                        Duration.ofNanos(System.nanoTime() - start),
                        Duration.ZERO)));
  }

  private ImdsReader reader() {
    return Objects.requireNonNull(reader);
  }
}
