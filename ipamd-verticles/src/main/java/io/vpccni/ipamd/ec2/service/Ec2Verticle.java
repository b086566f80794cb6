package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.eni.Ec2Context;
import io.vpccni.ipamd.ec2.eni.Ec2RequestHandler;
import io.vpccni.ipamd.ec2.eni.Imds;
import io.vpccni.ipamd.ec2.sdk.SdkClients;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.retry.VertxScheduler;
import io.vpccni.rpc.limits.InstanceLimits;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Owns the EC2 client; it is built when the node's region is known and EC2 is needed. */
public final class Ec2Verticle extends VerticleBase {
  private final Ec2Settings settings;
  private final InstantSource wallClock;
  private final RandomGenerator random;
  private final Shared<Running> building = new Shared<>();
  private @Nullable Running running;
  private Optional<InstanceLimits> limits = Optional.empty();

  /** This is what is made when the node is known. */
  private record Running(
      NodeFacts node, SdkClients.Open client, Ec2Api api, Ec2RequestHandler handler) {}

  public Ec2Verticle(Ec2Settings settings, InstantSource wallClock, RandomGenerator random) {
    this.settings = settings;
    this.wallClock = wallClock;
    this.random = random;
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    return Future.all(
        Ec2Endpoints.ASSIGN_ADDRESSES.serve(
            bus, asked -> answer(ec2 -> ec2.assign(asked), no -> no)),
        Ec2Endpoints.UNASSIGN_ADDRESSES.serve(
            bus, asked -> answer(ec2 -> ec2.unassign(asked), no -> no)),
        Ec2Endpoints.CREATE_ENI.serve(bus, asked -> answer(ec2 -> ec2.create(asked), no -> no)),
        Ec2Endpoints.FREE_ENI.serve(bus, asked -> answer(ec2 -> ec2.free(asked), no -> no)),
        Ec2Endpoints.DESCRIBE_ATTACHED.serve(
            bus, _ -> answer(Ec2RequestHandler::describe, no -> no)),
        Ec2Endpoints.LIMITS.serve(bus, _ -> readLimits()));
  }

  @Override
  public Future<?> stop() {
    var open = running;
    return open == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              open.client().close();
              return null;
            });
  }

  /**
   * Asks the handler, once the node is known.
   *
   * @param failed a {@link Failed} as a reply to this question, which each reply type permits but
   *     no type bound can say
   */
  private <R extends Ec2Reply> Future<R> answer(
      Function<Ec2RequestHandler, Future<R>> question, Function<Failed, R> failed) {
    return running()
        .compose(ready -> question.apply(ready.handler()))
        .recover(
            error ->
                error instanceof Ec2Refused refused
                    ? Future.succeededFuture(failed.apply(refused.failed()))
                    : Future.failedFuture(error));
  }

  private Future<LimitsReply> readLimits() {
    return running()
        .compose(
            ready -> {
              var type = ready.node().instance().type();
              return switch (LimitsLookup.next(type, limits, settings.access().imdsOnly())) {
                case LimitsLookup.Step.Answer(var reply) -> Future.succeededFuture(reply);
                case LimitsLookup.Step.AskEc2 _ -> askLimits(ready, type);
              };
            })
        .recover(
            error ->
                error instanceof Ec2Refused refused
                    ? Future.succeededFuture(
                        new LimitsReply.Unknown(
                            running == null ? "" : running.node().instance().type(),
                            String.valueOf(refused.getMessage())))
                    : Future.failedFuture(error));
  }

  private Future<LimitsReply> askLimits(Running ready, String type) {
    return ready
        .api()
        .instanceType(type)
        .map(
            found -> {
              limits = Optional.of(found);
              return new LimitsReply.Known(type, found);
            });
  }

  private Future<Running> running() {
    return running != null ? Future.succeededFuture(running) : building.join(this::build);
  }

  private Future<Running> build() {
    var imds = new BusImds(vertx.eventBus());
    return imds.facts()
        .compose(
            node ->
                vertx
                    .executeBlocking(
                        () -> {
                          limits = InstanceLimits.of(node.instance().type());
                          return SdkClients.ec2(settings, node.instance().region(), wallClock);
                        })
                    .map(client -> run(node, client, imds)));
  }

  private Running run(NodeFacts node, SdkClients.Open client, Imds imds) {
    var later = new VertxScheduler(vertx, new ElapsedClock(wallClock, System::nanoTime));
    var listener = new BusListener(vertx.eventBus());
    var caller = new Ec2Caller(later, random, settings.connection().overallTimeout(), listener);
    var api = client.api(vertx, context, caller);
    var handler =
        new Ec2RequestHandler(
            new Ec2Context(node, limits, settings, api, imds, later, wallClock, random, listener));
    running = new Running(node, client, api, handler);
    return running;
  }
}
