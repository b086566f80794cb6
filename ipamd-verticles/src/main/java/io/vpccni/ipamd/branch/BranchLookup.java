package io.vpccni.ipamd.branch;

import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadTrunk;
import io.vpccni.ipamd.pool.PoolMessage.Trunk;
import io.vpccni.ipamd.stream.Streams;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Finds out which branch ENI a pod has, if it asks for one. */
public final class BranchLookup {
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final AgentConfig config;
  private final Streams streams;

  /** Emits the MAC of the trunk ENI when it has changed; read once for all pods that wait. */
  private final Flowable<Optional<String>> trunks;

  /** Belongs to the calling context. */
  public BranchLookup(Vertx vertx, AgentConfig config) {
    this.vertx = vertx;
    this.config = config;
    this.streams = new Streams(vertx);
    this.trunks =
        streams
            .oneAtATime(
                streams.heard(vertx.eventBus(), PoolEndpoints.CHANGED),
                _ -> trunkMac().otherwise(Optional.empty()))
            .distinctUntilChanged()
            .share();
  }

  /** This is what a pod gets its address from. */
  public sealed interface Answer {
    /** The pod gets an address of the pool. */
    record Ordinary() implements Answer {}

    record Branch(HeldAddress held, BranchEni eni) implements Answer {}

    /**
     * The answer is not known yet, so the pod has to wait: it must not come up without its security
     * groups.
     */
    record NotYet(String why) implements Answer {}
  }

  /**
   * Completes with the answer, and waits for it as long as an ADD may wait for an address: the
   * controller writes the annotation after the pod was bound to the node.
   *
   * @param uid of the pod; empty where the caller does not know it
   * @param strict how the pod's security groups are enforced
   * @param givenUp whether nobody waits any more
   */
  public Future<Answer> await(PodRef pod, String uid, boolean strict, BooleanSupplier givenUp) {
    if (!config.features().podEni() || !pod.known()) {
      return Future.succeededFuture(new Answer.Ordinary());
    }
    var annotated =
        streams.heard(vertx.eventBus(), KubernetesEndpoints.ANNOTATED).filter(told -> told.is(pod));
    return streams.lookUntil(
        answer ->
            switch (answer) {
              case Answer.Ordinary _, Answer.Branch _ -> true;
              case Answer.NotYet _ -> givenUp.getAsBoolean();
            },
        // The pods may not be watched, and then nobody tells.
        Flowable.merge(annotated, trunks, streams.ticks(AGAIN)),
        config.pool().waiting().longest(),
        () -> look(pod, uid, strict));
  }

  private Future<Answer> look(PodRef pod, String uid, boolean strict) {
    return read(pod, uid)
        .compose(
            reply ->
                switch (reply) {
                  case KubernetesReply.Pod found -> of(pod, found, strict);
                  case KubernetesReply.NotUsable(var why) -> notYet(why);
                  case KubernetesReply.Unavailable(var why) ->
                      notYet("whether " + pod + " asks for a branch ENI is not known: " + why);
                });
  }

  private Future<Answer> of(PodRef pod, KubernetesReply.Pod found, boolean strict) {
    if (found.limits().stream().noneMatch(name -> name.startsWith(PodEni.RESOURCE))) {
      return Future.succeededFuture(new Answer.Ordinary());
    }
    var annotation = found.annotations().get(PodEni.ANNOTATION);
    if (annotation == null) {
      return notYet(
          pod
              + " asks for a branch ENI and has no annotation "
              + PodEni.ANNOTATION
              + " yet: is the VPC resource controller at work?");
    }
    try {
      var eni = PodEni.parse(annotation, config.ipv6());
      return trunkMac()
          .compose(
              trunk ->
                  trunk.isEmpty()
                      ? notYet("this node has no trunk ENI yet")
                      : Future.<Answer>succeededFuture(branch(eni, trunk.get(), strict)));
    } catch (MalformedJson wrong) {
      return notYet(PodEni.ANNOTATION + " of " + pod + ": " + wrong.getMessage());
    }
  }

  private static Answer.Branch branch(PodEni eni, String trunkMac, boolean strict) {
    return new Answer.Branch(
        BranchEni.address(eni.ip(), eni.eni()),
        new BranchEni(eni.vlan(), eni.mac(), eni.gateway(), trunkMac, strict));
  }

  /**
   * Finds the branch ENI of a pod that nobody here remembers and that is about to end. As the
   * reference does, it reads the annotation of the pod, if that is still there.
   *
   * @param uid of the pod; empty where the caller does not know it
   */
  public Future<Optional<Answer.Branch>> former(PodRef pod, String uid) {
    if (!config.features().podEni() || !pod.known()) {
      return Future.succeededFuture(Optional.empty());
    }
    return read(pod, uid)
        .map(
            reply ->
                switch (reply) {
                  case KubernetesReply.Pod found -> former(found);
                  case KubernetesReply.Failed _ -> Optional.empty();
                });
  }

  private Optional<Answer.Branch> former(KubernetesReply.Pod found) {
    var annotation = found.annotations().get(PodEni.ANNOTATION);
    if (annotation == null) return Optional.empty();
    try {
      var eni = PodEni.parse(annotation, config.ipv6());
      return Optional.of(branch(eni, "", config.host().securityGroups().strict()));
    } catch (MalformedJson wrong) {
      return Optional.empty();
    }
  }

  private Future<KubernetesReply.PodReply> read(PodRef pod, String uid) {
    return new KubernetesCalls(vertx.eventBus())
        .pod(new KubernetesRequest.ReadPod(pod.namespace(), pod.name(), uid));
  }

  private Future<Optional<String>> trunkMac() {
    return PoolEndpoints.TRUNK
        .ask(vertx.eventBus(), new ReadTrunk(), PoolEndpoints.DEADLINE)
        .map(Trunk::mac);
  }

  private static Future<Answer> notYet(String why) {
    return Future.succeededFuture(new Answer.NotYet(why));
  }
}
