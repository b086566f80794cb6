package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.AnyQuestion;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.Found;
import io.vpccni.ipamd.pool.PoolMessage.Health;
import io.vpccni.ipamd.pool.PoolMessage.Saved;
import io.vpccni.ipamd.pool.PoolMessage.Trunk;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A pool of a few addresses and a data plane that does what it is told; both on a real bus. */
final class FakeNode {
  private static final EniId ENI = new EniId("eni-1");

  final Map<Attachment, Holding> held = new LinkedHashMap<>();
  final Map<Attachment, Holding> branches = new LinkedHashMap<>();
  final List<String> done = new ArrayList<>();
  final List<DataplaneRequest> asked = new ArrayList<>();
  final Map<CallId, Promise<Assigned>> waiting = new LinkedHashMap<>();
  boolean full;

  /** This is what becomes of addresses that are being written; empty where they are at once. */
  Optional<Future<Saved>> saved = Optional.empty();

  Optional<String> obstacle = Optional.empty();
  Optional<String> fault = Optional.empty();
  Optional<String> limited = Optional.empty();

  /** This is how often all of the pool was read. */
  final AtomicInteger views = new AtomicInteger();

  /** This is how often the trunk alone was asked for. */
  final AtomicInteger trunkReads = new AtomicInteger();

  /** This is the trunk's MAC, if there is one. */
  Optional<String> trunk = Optional.empty();

  Function<KubernetesRequest, KubernetesReply> kubernetes =
      _ -> new KubernetesReply.Unavailable("not part of this test");
  Function<DataplaneRequest, Future<DataplaneReply>> dataplane = FakeNode::obey;
  private int next = 10;

  Future<?> serve(Vertx vertx) {
    var bus = vertx.eventBus();
    return Future.all(
        Future.all(
            PoolEndpoints.ASSIGN.serve(bus, this::assign),
            PoolEndpoints.SAVED.serve(bus, _ -> saved.orElseThrow()),
            PoolEndpoints.CANCEL.serve(
                bus,
                asked -> {
                  done.add("cancel");
                  var call = waiting.remove(asked.call());
                  if (call != null) call.fail("cancelled");
                  return Future.succeededFuture(new BusMessage.Done());
                }),
            PoolEndpoints.RELEASE.serve(bus, asked -> release("release", asked.attachment())),
            PoolEndpoints.TRUNK.serve(
                bus,
                _ -> {
                  trunkReads.incrementAndGet();
                  return Future.succeededFuture(new Trunk(trunk));
                }),
            PoolEndpoints.UNDO.serve(bus, asked -> release("undo", asked.attachment()))),
        Future.all(
            PoolEndpoints.FIND.serve(
                bus,
                asked ->
                    Future.succeededFuture(
                        new Found(Optional.ofNullable(held.get(asked.attachment()))))),
            PoolEndpoints.VIEW.serve(
                bus,
                _ -> {
                  views.incrementAndGet();
                  return Future.succeededFuture(view());
                }),
            PoolEndpoints.HEALTH.serve(
                bus, _ -> Future.succeededFuture(new Health(true, obstacle, fault, limited))),
            serveBranches(bus),
            AnyQuestion.ofKubernetes(
                bus,
                asked -> {
                  done.add(asked.toString());
                  return Future.succeededFuture(kubernetes.apply(asked));
                }),
            AnyQuestion.ofDataplane(
                bus,
                request -> {
                  done.add(request.getClass().getSimpleName());
                  asked.add(request);
                  return dataplane.apply(request);
                })));
  }

  private Future<?> serveBranches(EventBus bus) {
    return Future.all(
        BranchPods.KEEP.serve(
            bus,
            asked -> {
              var holding =
                  new Holding(
                      asked.attachment(),
                      asked.pod(),
                      asked.wiring(),
                      List.of(asked.held()),
                      Optional.empty(),
                      Instant.EPOCH);
              boolean fresh = branches.put(asked.attachment(), holding) == null;
              return Future.succeededFuture(new BranchPods.Kept(holding, fresh));
            }),
        BranchPods.FORGET.serve(
            bus,
            asked -> {
              branches.remove(asked.attachment());
              return Future.succeededFuture(new BusMessage.Done());
            }),
        BranchPods.ALL.serve(
            bus, _ -> Future.succeededFuture(new BranchPods.All(List.copyOf(branches.values())))));
  }

  static Future<DataplaneReply> obey(DataplaneRequest request) {
    return Future.succeededFuture(
        switch (request) {
          case DataplaneRequest.Attach _ -> attached();
          case DataplaneRequest.Detach _ -> new DataplaneReply.Detached(List.of("eniveth"));
          case DataplaneRequest.Check _ -> new DataplaneReply.Checked(List.of());
          case DataplaneRequest.EnforcePolicy _, DataplaneRequest.DeletePolicy _ ->
              new DataplaneReply.PolicyAnswered(true);
          case DataplaneRequest.ListVeths _ -> new DataplaneReply.Veths(List.of(), List.of());
          case DataplaneRequest.ApplyHost _, DataplaneRequest.InstallConflist _ ->
              new DataplaneReply.Unavailable("not part of this test", false);
        });
  }

  static DataplaneReply attached() {
    return new DataplaneReply.Attached(List.of());
  }

  private Future<Assigned> assign(Assign asked) {
    done.add("assign");
    var old = held.get(asked.attachment());
    if (old != null) return Future.succeededFuture(granted(old, false));
    if (full) {
      Promise<Assigned> promise = Promise.promise();
      waiting.put(asked.call(), promise);
      return promise.future();
    }
    var fresh =
        new Holding(
            asked.attachment(),
            asked.pod(),
            asked.wiring(),
            List.of(new HeldAddress(Ip.parse("10.0.0." + next++), 0, ENI, 1, 2)),
            Optional.empty(),
            Instant.EPOCH);
    held.put(asked.attachment(), fresh);
    return Future.succeededFuture(
        saved.isPresent()
            ? new Assigned(new AssignReply.Reserved(fresh), true)
            : granted(fresh, true));
  }

  private static Assigned granted(Holding holding, boolean fresh) {
    return new Assigned(new AssignReply.Granted(holding), fresh);
  }

  private Future<ReleaseReply> release(String how, Attachment attachment) {
    done.add(how);
    var gone = held.remove(attachment);
    return Future.succeededFuture(
        gone == null ? new ReleaseReply.Unknown() : new ReleaseReply.Released(gone));
  }

  private PoolView view() {
    var empty = PoolViews.of(PoolState.initial(DefaultSettings.pool()));
    return new PoolView(
        empty.at(),
        empty.settings(),
        empty.node(),
        empty.readiness(),
        empty.cards(),
        empty.enis(),
        List.copyOf(held.values()),
        empty.pendingVeths(),
        empty.conditions(),
        empty.numbers());
  }
}
