package io.vpccni.ipamd.ec2.service;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.LimitsReply;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.eni.Ec2RequestHandler;
import io.vpccni.ipamd.ec2.eni.Imds;
import io.vpccni.ipamd.ec2.sdk.SdkClients;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import io.vpccni.ipamd.retry.Scheduler;
import io.vpccni.rpc.limits.InstanceLimits;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Owns the EC2 client; it is built when the node's region is known and EC2 is needed. */
public final class Ec2Verticle extends VerticleBase {
  private final Ec2Settings settings;
  private final Map<String, String> env;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Shared<Ec2RequestHandler> building = new Shared<>();
  private @Nullable Ec2RequestHandler service;
  private SdkClients.@Nullable Open client;
  private @Nullable Ec2Api api;
  private @Nullable NodeFacts node;
  private Optional<InstanceLimits> limits = Optional.empty();

  /**
   * @param env for the variables that the SDK knows and we must pass on (proxy, CA bundle)
   */
  public Ec2Verticle(
      Ec2Settings settings, Map<String, String> env, InstantSource clock, RandomGenerator random) {
    this.settings = settings;
    this.env = Map.copyOf(env);
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Future<?> start() {
    return Future.all(
        Ec2Endpoints.EC2.serve(vertx.eventBus(), this::answer),
        Ec2Endpoints.LIMITS.serve(vertx.eventBus(), _ -> readLimits()));
  }

  @Override
  public Future<?> stop() {
    var open = client;
    return open == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              open.close();
              return null;
            });
  }

  private Future<Ec2Reply> answer(Ec2Request request) {
    return service()
        .compose(built -> built.handle(request))
        .recover(
            error ->
                error instanceof Ec2Refused refused
                    ? Future.succeededFuture(refused.failed())
                    : Future.failedFuture(error));
  }

  private Future<LimitsReply> readLimits() {
    return service()
        .compose(
            _ -> {
              var type = Objects.requireNonNull(node).instanceType();
              if (limits.isPresent()) {
                return Future.<LimitsReply>succeededFuture(
                    new LimitsReply.Known(type, limits.get()));
              }
              if (settings.imdsOnly()) {
                return Future.<LimitsReply>succeededFuture(
                    new LimitsReply.Unknown(
                        type, "not in our table, and IMDS-only mode forbids to ask EC2"));
              }
              return Objects.requireNonNull(api)
                  .instanceType(type)
                  .<LimitsReply>map(
                      found -> {
                        limits = Optional.of(found);
                        return new LimitsReply.Known(type, found);
                      });
            })
        .recover(
            error ->
                error instanceof Ec2Refused refused
                    ? Future.succeededFuture(
                        new LimitsReply.Unknown(
                            node == null ? "" : node.instanceType(),
                            String.valueOf(refused.getMessage())))
                    : Future.failedFuture(error));
  }

  private Future<Ec2RequestHandler> service() {
    return service != null ? Future.succeededFuture(service) : building.join(this::build);
  }

  private Future<Ec2RequestHandler> build() {
    var imds = new BusImds();
    return imds.facts()
        .compose(
            facts ->
                vertx
                    .executeBlocking(
                        () -> {
                          limits = InstanceLimits.of(facts.instanceType());
                          return SdkClients.ec2(settings, facts.region(), env);
                        })
                    .map(
                        ec2 -> {
                          client = ec2;
                          node = facts;
                          Scheduler later =
                              (delay, action) ->
                                  vertx.setTimer(Math.max(1, delay.toMillis()), _ -> action.run());
                          var news = new Publisher();
                          var caller =
                              new Ec2Caller(later, clock, random, settings.overallTimeout(), news);
                          var sdk = ec2.api(vertx, context, caller);
                          api = sdk;
                          service =
                              new Ec2RequestHandler(
                                  sdk, imds, settings, facts, limits, later, clock, random, news);
                          return service;
                        }));
  }

  private final class Publisher implements Ec2Listener {
    @Override
    public void called(ApiCallMade call) {
      ApiCallMade.TOPIC.publish(vertx.eventBus(), call);
    }

    @Override
    public void condition(ConditionChanged change) {
      ConditionChanged.TOPIC.publish(vertx.eventBus(), change);
    }

    @Override
    public void failed(EniStepFailed failed) {
      EniStepFailed.TOPIC.publish(vertx.eventBus(), failed);
    }
  }

  private final class BusImds implements Imds {
    @Override
    public Future<NodeFacts> facts() {
      return ask(new ImdsRequest.ReadFacts(), ImdsReply.Facts.class).map(ImdsReply.Facts::facts);
    }

    @Override
    public Future<List<AttachedEni>> attached() {
      return ask(new ImdsRequest.ReadAttached(), ImdsReply.Attached.class)
          .map(ImdsReply.Attached::enis);
    }

    @Override
    public Future<List<String>> securityGroups() {
      return ask(new ImdsRequest.ReadSecurityGroups(), ImdsReply.SecurityGroups.class)
          .map(ImdsReply.SecurityGroups::groups);
    }

    private <R extends ImdsReply> Future<R> ask(ImdsRequest request, Class<R> expected) {
      return ImdsEndpoints.IMDS
          .ask(vertx.eventBus(), request, ImdsEndpoints.DEADLINE)
          .recover(error -> Future.succeededFuture(new ImdsReply.Unavailable(error.toString())))
          .compose(
              reply ->
                  reply instanceof ImdsReply.Unavailable(var reason)
                      ? Future.failedFuture(
                          Ec2Refused.of("IMDS", "ImdsUnavailable", reason, FailureKind.NOT_ASKED))
                      : Future.succeededFuture(expected.cast(reply)));
    }
  }
}
