package io.vpccni.ipamd.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Attachment;
import io.vpccni.ipamd.pool.CallId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.HostVeth;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PodRef;
import io.vpccni.ipamd.pool.Pool;
import io.vpccni.ipamd.pool.PoolCommand;
import io.vpccni.ipamd.pool.PoolEvent;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.PoolState;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.Wiring;
import io.vpccni.ipamd.pool.service.ConditionNews;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.limits.InstanceLimits;
import io.vpccni.sim.Cloud;
import io.vpccni.sim.CloudSettings;
import io.vpccni.sim.ec2.Eni;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.ec2.TagCall;
import io.vpccni.sim.faults.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An m5.large in virtual time: the pool's decisions, the EC2 side with its budget and repetitions,
 * the simulated cloud. Disk, links and kernel answer at once.
 */
final class VirtualNode {
  private static final String TYPE = "m5.large";
  private static final int SLOTS = 9;

  final VirtualTime time = new VirtualTime();
  final Cloud cloud = new Cloud(CloudSettings.prompt(), new KnownTypes());
  final String subnet;
  final String instance;

  /** Every condition that was ever raised, with its subject where there is one. */
  final Set<String> raised = new TreeSet<>();

  /** Reason and action of every Kubernetes event that was wanted, in order. */
  final List<String> events = new ArrayList<>();

  /** Whether IMDS gives no answer. */
  boolean imdsAway;

  private final Map<Ip, String> links = new TreeMap<>();
  private final Map<CallId, AssignReply> answers = new HashMap<>();
  private final Queue<PoolEvent> inbox = new ArrayDeque<>();
  private PoolSettings settings;
  private PoolState state;
  private Ec2Service ec2;
  private @Nullable Instant wake;
  private long calls;
  private int life;

  VirtualNode(PoolSettings settings) {
    this.settings = settings;
    scene(new SceneCall.CreateVpc(Cidr.parse("10.0.0.0/16"), false, new TreeMap<>()));
    var vpc = cloud.state().vpcs().stream().findFirst().orElseThrow().id();
    scene(
        new SceneCall.CreateSubnet(
            vpc, Cidr.parse("10.0.0.0/24"), Optional.empty(), Optional.empty(), new TreeMap<>()));
    subnet = cloud.state().subnets().stream().findFirst().orElseThrow().id();
    scene(SceneCall.RunInstances.one(TYPE, subnet, List.of(), new TreeMap<>()));
    instance = cloud.state().instances().stream().findFirst().orElseThrow().id();
    state = PoolState.initial(settings);
    ec2 = service();
  }

  private void scene(SceneCall call) {
    cloud.perform(call, time.instant());
  }

  private Ec2Service service() {
    var heard = new ToThePool();
    var caller =
        new Ec2Caller(
            time, time, new SplittableRandom(17), Ec2Settings.DEFAULT_OVERALL_TIMEOUT, heard);
    return new Ec2Service(
        new CloudEc2(cloud, time, caller),
        new CloudImds(),
        Ec2Settings.defaults(),
        facts(),
        InstanceLimits.of(TYPE),
        time,
        time,
        new SplittableRandom(18),
        heard);
  }

  private NodeFacts facts() {
    var primary = cloud.state().primaryEniOf(instance).orElseThrow();
    return new NodeFacts(
        instance,
        TYPE,
        cloud.state().region(),
        primary.zone(),
        primary.vpcId(),
        new EniId(primary.id()),
        primary.mac(),
        new SubnetId(primary.subnetId()),
        primary.primary(),
        Optional.empty(),
        List.of(Cidr.parse("10.0.0.0/16")),
        List.of());
  }

  /** Starts the agent, or starts it anew after its end, from what it had written. */
  VirtualNode start() {
    var saved = life == 0 ? Durable.NOTHING : state.durable();
    life++;
    inbox.clear();
    wake = null;
    state = PoolState.initial(settings);
    ec2 = service();
    tell(new PoolEvent.LimitsKnown(new Limits(3, SLOTS, 1), now()));
    tell(new PoolEvent.FactsKnown(facts(), now()));
    tell(new PoolEvent.CheckpointLoaded(saved, Optional.empty(), now()));
    tell(new PoolEvent.DataplaneConnected(now()));
    tick(life);
    return this;
  }

  private void tick(int me) {
    time.after(
        Duration.ofSeconds(5),
        () -> {
          if (me == life) {
            cloud.pass(now());
            tell(new PoolEvent.Ticked(now()));
            tick(me);
          }
        });
  }

  Instant now() {
    return time.instant();
  }

  void targets(Targets targets) {
    settings = settings.withTargets(targets);
    tell(new PoolEvent.SettingsChanged(settings, now()));
  }

  /**
   * Whether the pod gets an address at once; it has gone again afterwards where {@code briefly}.
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
    granted.addresses().forEach(address -> links.put(address.ip(), "eni" + pod));
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

  /** Somebody removes all tags of the primary ENI. */
  VirtualNode untag() {
    var primary = cloud.state().primaryEniOf(instance).orElseThrow().id();
    cloud.perform(new TagCall.DeleteTags(List.of(primary), new TreeMap<>()), now());
    return this;
  }

  private boolean tagged() {
    var wanted = EniTags.wanted(Ec2Settings.defaults(), instance);
    return attached().stream()
        .allMatch(eni -> EniTags.missing(wanted, cloud.state().tagsOf(eni.id())).isEmpty());
  }

  void fault(Fault fault) {
    cloud.faults(plan -> plan.add(fault));
  }

  void heal() {
    cloud.faults(
        plan -> {
          plan.clear();
          return plan;
        });
  }

  Set<String> conditions() {
    return state.conditions().keySet().stream()
        .map(VirtualNode::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(Condition.Key key) {
    return (key.name() + " " + key.subject()).strip();
  }

  List<Eni> attached() {
    return cloud.state().enisOf(instance).toList();
  }

  /** Secondary addresses and prefixes of all ENIs, in EC2. */
  int cidrs() {
    return attached().stream()
        .mapToInt(eni -> eni.secondary().size() + eni.ipv4Prefixes().size())
        .sum();
  }

  /** How many there should be. */
  int wanted() {
    return (int) state.view().numbers().assigned() + settings.targets().warmIp();
  }

  /** Nothing hangs about unattached, unmarked or untagged, and the pool believes what EC2 has. */
  boolean agrees() {
    var believed = new TreeMap<String, Set<Cidr>>();
    for (var eni : state.view().enis()) {
      if (eni.inPool()) {
        believed.put(
            eni.facts().id().value(),
            eni.cidrs().stream().map(cidr -> cidr.cidr()).collect(Collectors.toSet()));
      }
    }
    var real = new TreeMap<String, Set<Cidr>>();
    for (var eni : attached()) {
      var own = eni.primary().orElseThrow().asCidr();
      real.put(
          eni.id(),
          eni.addresses().stream().filter(c -> !c.equals(own)).collect(Collectors.toSet()));
    }
    return believed.equals(real)
        && tagged()
        && cloud.state().enis().stream()
            .allMatch(
                eni ->
                    eni.attachment()
                        .filter(io.vpccni.sim.ec2.Attachment::deleteOnTermination)
                        .isPresent());
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
    ConditionNews.between(state.conditions(), decision.next().conditions()).stream()
        .filter(news -> !news.over())
        .map(ConditionNews::event)
        .forEach(told -> events.add(told.reason() + " " + told.action()));
    state = decision.next();
    raised.addAll(conditions());
    decision.commands().forEach(this::perform);
  }

  private void perform(PoolCommand command) {
    int me = life;
    switch (command) {
      case PoolCommand.Save(var version, var _) ->
          tell(new PoolEvent.CheckpointSaved(version, now()));
      case PoolCommand.AnswerAdd(var call, var reply) -> answers.put(call, reply);
      case PoolCommand.AnswerDel _ -> {}
      case PoolCommand.AskEc2(var id, var ask) ->
          ec2.handle(ask)
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
          new CloudImds().attached().onSuccess(enis -> tell(new PoolEvent.ImdsRead(enis, now())));
      case PoolCommand.ListVeths(var id) -> {
        var all = new ArrayList<HostVeth>();
        links.forEach((ip, veth) -> all.add(new HostVeth(veth, Set.of(ip))));
        tell(new PoolEvent.VethsListed(id, all, now()));
      }
      case PoolCommand.ApplyHost(var enis) -> {
        var tables = new HashMap<EniId, Integer>();
        enis.forEach(eni -> tables.put(eni.id(), eni.primary() ? 254 : eni.deviceNumber() + 1));
        tell(new PoolEvent.HostApplied(tables, Set.of(), now()));
      }
      case PoolCommand.DetachPod(var holding) ->
          tell(new PoolEvent.PodDetached(holding.attachment(), List.of(), now()));
      case PoolCommand.Count _ -> {}
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

  /** As the verticles would: conditions go to the pool, events to the API server. */
  private final class ToThePool implements Ec2Listener {
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

  private final class CloudImds implements Imds {
    private <T> Future<T> answer(T value) {
      return imdsAway
          ? Future.failedFuture(
              Ec2Refused.of("IMDS", "ImdsUnavailable", "away", FailureKind.NOT_ASKED))
          : Future.succeededFuture(value);
    }

    @Override
    public Future<NodeFacts> facts() {
      return answer(VirtualNode.this.facts());
    }

    @Override
    public Future<List<AttachedEni>> attached() {
      var then = cloud.stateAt(now().minus(cloud.lag().imdsInterfaces()));
      return answer(
          EniRules.attached(
              then.enisOf(instance).filter(Eni::pluggedIn).map(CloudEc2::untagged).toList(),
              VirtualNode.this.facts(),
              Ec2Settings.defaults(),
              _ -> Optional.empty()));
    }

    @Override
    public Future<List<String>> securityGroups() {
      return answer(
          cloud.state().primaryEniOf(instance).orElseThrow().groups().stream().sorted().toList());
    }
  }
}
