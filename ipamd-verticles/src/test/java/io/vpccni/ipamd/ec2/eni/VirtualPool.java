package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.Pool;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.service.ConditionNews;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.retry.VirtualTime;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The pool's decisions in virtual time, and what a node's verticles do about them: EC2 and IMDS are
 * asked, disk, links and kernel answer at once, conditions become Kubernetes events.
 */
final class VirtualPool implements Ec2Listener {
  /** Every condition that was ever raised, with its subject where there is one. */
  final Set<String> raised = new TreeSet<>();

  /** Reason and action of every Kubernetes event that was wanted, in order. */
  final List<String> events = new ArrayList<>();

  private final VirtualTime time;
  private final Imds imds;
  private final Map<Ip, String> links = new TreeMap<>();
  private final Map<CallId, AssignReply> answers = new HashMap<>();
  private final Queue<PoolEvent> inbox = new ArrayDeque<>();
  private PoolSettings settings;
  private PoolState state;
  private @Nullable Ec2RequestHandler ec2;
  private @Nullable Instant wake;
  private long calls;
  private int life;

  VirtualPool(PoolSettings settings, VirtualTime time, Imds imds) {
    this.settings = settings;
    this.time = time;
    this.imds = imds;
    this.state = PoolState.initial(settings);
  }

  /** Begins, or begins anew after its end, from what it had written. */
  void start(Ec2RequestHandler service, Limits limits, NodeFacts facts) {
    var saved = life == 0 ? Durable.NOTHING : DurableForm.of(state);
    life++;
    inbox.clear();
    wake = null;
    state = PoolState.initial(settings);
    ec2 = service;
    tell(new PoolEvent.LimitsKnown(limits, now()));
    tell(new PoolEvent.FactsKnown(facts, now()));
    tell(new PoolEvent.CheckpointLoaded(saved, Optional.empty(), now()));
    tell(new PoolEvent.DataplaneConnected(now()));
  }

  /** Returns how often it has been started. */
  int life() {
    return life;
  }

  private Instant now() {
    return time.instant();
  }

  PoolView view() {
    return PoolViews.of(state);
  }

  /** Returns how many addresses there should be. */
  int wanted() {
    return (int) view().numbers().assigned() + settings.targets().warmIp();
  }

  void targets(Targets targets) {
    settings = settings.withTargets(targets);
    tell(new PoolEvent.TargetsChanged(targets, now()));
  }

  /**
   * Tells whether the pod gets an address at once; it has gone again afterwards where {@code
   * briefly}.
   */
  boolean adds(String pod, boolean briefly) {
    var call = new CallId(++calls);
    var attachment = new Attachment(pod, "eth0", "aws-cni");
    tell(
        new PoolEvent.AddReceived(
            call,
            attachment,
            new PodRef("default", pod),
            new Wiring("/run/netns/" + pod, List.of("eni" + pod), Wiring.By.PROGRAMMER),
            false,
            now()));
    if (!(answers.get(call) instanceof AssignReply.Granted granted)) {
      return false;
    }
    granted.holding().addresses().forEach(address -> links.put(address.ip(), "eni" + pod));
    if (briefly) {
      deletes(pod);
    }
    return true;
  }

  void deletes(String pod) {
    links.values().removeIf(veth -> veth.equals("eni" + pod));
    tell(
        new PoolEvent.DelReceived(
            new CallId(++calls), new Attachment(pod, "eth0", "aws-cni"), List.of(), now()));
  }

  Set<String> conditions() {
    return state.conditions().byKey().keySet().stream()
        .map(VirtualPool::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Condition.Key key) {
    return (key.name() + " " + key.subject()).strip();
  }

  void tell(PoolEvent event) {
    inbox.add(event);
    if (inbox.size() > 1) {
      return; // the loop below is already on its way
    }
    while (!inbox.isEmpty()) {
      step(inbox.element());
      inbox.remove();
    }
  }

  private void step(PoolEvent event) {
    var decision = Pool.decide(state, event);
    ConditionNews.between(state.conditions().byKey(), decision.next().conditions().byKey()).stream()
        .filter(news -> !news.over())
        .map(ConditionNews::event)
        .forEach(told -> events.add(told.reason() + " " + told.action()));
    state = decision.next();
    raised.addAll(conditions());
    decision.commands().forEach(this::perform);
  }

  private static Future<? extends Ec2Reply> answer(Ec2RequestHandler ec2, Ec2Request request) {
    return switch (request) {
      case Ec2Request.AssignAddresses asked -> ec2.assign(asked);
      case Ec2Request.UnassignAddresses asked -> ec2.unassign(asked);
      case Ec2Request.CreateEni asked -> ec2.create(asked);
      case Ec2Request.FreeEni asked -> ec2.free(asked);
      case Ec2Request.DescribeAttached _ -> ec2.describe();
    };
  }

  private void perform(PoolCommand command) {
    int me = life;
    switch (command) {
      case PoolCommand.Save(var version, var _) ->
          tell(new PoolEvent.CheckpointSaved(version, now()));
      case PoolCommand.AnswerAdd(var call, var reply, var _) -> answers.put(call, reply);
      case PoolCommand.AnswerDel _ -> {}
      case PoolCommand.AskEc2(var id, var ask) ->
          answer(Objects.requireNonNull(ec2), ask)
              .onSuccess(
                  reply -> {
                    if (me == life) {
                      tell(new PoolEvent.Ec2Answered(id, reply, now()));
                    }
                  })
              .onFailure(
                  bug -> {
                    throw new AssertionError(ask + " failed", bug);
                  });
      case PoolCommand.ReadImds() ->
          imds.attached().onSuccess(enis -> tell(new PoolEvent.ImdsRead(enis, now())));
      case PoolCommand.ListVeths(var id) -> {
        var all = new ArrayList<HostVeth>();
        links.forEach((ip, veth) -> all.add(new HostVeth(veth, Set.of(ip))));
        tell(new PoolEvent.VethsListed(id, all, List.of(), now()));
      }
      case PoolCommand.ApplyHost(var enis) -> {
        var tables = new HashMap<EniId, Integer>();
        enis.forEach(eni -> tables.put(eni.id(), eni.primary() ? 254 : eni.deviceNumber() + 1));
        tell(new PoolEvent.HostApplied(tables, Set.of(), now()));
      }
      case PoolCommand.DetachPod(var holding) ->
          tell(new PoolEvent.PodDetached(holding.attachment(), List.of(), now()));
      case PoolCommand.StartWiring _,
          PoolCommand.Count _,
          PoolCommand.PlacePod _,
          PoolCommand.Resync _,
          PoolCommand.SetCheckpointAside _ -> {}
      case PoolCommand.WakeAt(var at) -> {
        wake = at;
        time.after(
            Duration.between(now(), at),
            () -> {
              if (me == life && at.equals(wake)) {
                wake = null;
                tell(new PoolEvent.Woken(now()));
              }
            });
      }
    }
  }

  @Override
  public void called(ApiCallMade call) {
    assertThat(call.latency()).isLessThanOrEqualTo(Duration.ofSeconds(10));
  }

  @Override
  public void condition(ConditionChanged change) {
    var key = new Condition.Key(change.name(), change.subject());
    tell(
        change.raised()
            ? new PoolEvent.ConditionRaised(
                new Condition(key, change.reason(), change.detail(), now()), now())
            : new PoolEvent.ConditionCleared(key, now()));
  }

  @Override
  public void failed(EniStepFailed failed) {
    // For metrics only.
  }
}
