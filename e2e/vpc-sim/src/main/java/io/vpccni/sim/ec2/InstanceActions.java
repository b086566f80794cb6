package io.vpccni.sim.ec2;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.ec2.Attachment.Status;
import io.vpccni.sim.ec2.Ec2Answer.StateChange;
import io.vpccni.sim.ec2.EniCall.CreateNetworkInterface;
import io.vpccni.sim.ec2.Instance.State;
import io.vpccni.sim.ec2.SceneCall.ModifyInstanceMetadataOptions;
import io.vpccni.sim.ec2.SceneCall.RunInstances;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Instances, each born with its primary ENI. */
final class InstanceActions {
  /** Public addresses come from blocks kept for documentation; hosts of the internet are below. */
  private static final List<Cidr> PUBLIC =
      List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("203.0.113.128/25"));

  private InstanceActions() {}

  static Ec2Answer run(Draft draft, RunInstances call) {
    if (call.min() < 1 || call.max() < call.min()) {
      throw ApiError.invalid("MinCount must be at least 1 and MaxCount not below it");
    }
    var subnet = draft.subnet(call.subnetId());
    if (draft.world().types().find(call.type()).isEmpty()) {
      throw ApiError.invalid("Invalid value '" + call.type() + "' for InstanceType.");
    }
    var reservation = draft.newId("r");
    var started = new ArrayList<Instance>();
    for (int i = 0; i < call.max(); i++) {
      started.add(start(draft, call, subnet, reservation));
    }
    return new Ec2Answer.InstancesStarted(
        started.stream().map(one -> Views.instance(draft.state(), one, draft.now())).toList());
  }

  private static Instance start(Draft draft, RunInstances call, Subnet subnet, String reservation) {
    var instance =
        new Instance(
            draft.newId("i"),
            call.type(),
            call.imageId(),
            subnet.id(),
            subnet.vpcId(),
            subnet.zone(),
            reservation,
            draft.now(),
            call.role(),
            call.metadata(),
            Instance.State.PENDING,
            draft.now().plus(draft.world().rules().instancePending()));
    draft.state(draft.state().with(instance));
    TagActions.add(draft, instance.id(), call.instanceTags());
    draft.tell(new Effect.InstanceLaunched(instance.id(), instance.type()));
    var eni = EniActions.create(draft, primaryEni(call));
    if (call.publicIp().orElse(subnet.mapPublicIp())) {
      AddressActions.map(draft, eni, publicIp(draft));
    }
    Attachments.plug(draft, draft.eni(eni.id()), primaryAttachment(draft, instance));
    Limits.check(draft, draft.eni(eni.id()));
    settle(draft, instance);
    return instance;
  }

  private static CreateNetworkInterface primaryEni(RunInstances call) {
    return new CreateNetworkInterface(
        call.subnetId(),
        "",
        call.groups(),
        call.privateIp(),
        AddressAsk.NONE,
        AddressAsk.count(call.ipv6Count()),
        "interface",
        call.eniTags(),
        Optional.empty(),
        Optional.empty());
  }

  private static Attachment primaryAttachment(Draft draft, Instance instance) {
    return new Attachment(
        draft.newId("eni-attach"),
        instance.id(),
        0,
        0,
        Status.ATTACHING,
        draft.now(),
        draft.now(),
        true);
  }

  private static Ip publicIp(Draft draft) {
    var taken =
        draft.state().enis().stream()
            .flatMap(eni -> eni.publicIp().stream())
            .collect(Collectors.toSet());
    return PUBLIC.stream()
        .flatMap(block -> LongStream.range(1, block.size() - 1).mapToObj(block::address))
        .filter(ip -> !taken.contains(ip))
        .findFirst()
        .orElseThrow(() -> ApiError.of("AddressLimitExceeded", "no public address is left"));
  }

  static Ec2Answer terminate(Draft draft, List<String> ids) {
    var changes = new ArrayList<StateChange>();
    for (var instance : draft.instances(ids)) {
      var before = instance.state();
      boolean ends = before == State.PENDING || before == State.RUNNING;
      changes.add(new StateChange(instance.id(), before, ends ? State.SHUTTING_DOWN : before));
      if (ends) {
        var end = draft.now().plus(draft.world().rules().shuttingDown());
        var leaving = instance.in(State.SHUTTING_DOWN, end);
        draft.state(draft.state().with(leaving));
        settle(draft, leaving);
      }
    }
    return new Ec2Answer.InstancesTerminated(changes);
  }

  /** Ends what is due by now. */
  static void settle(Draft draft, Instance instance) {
    if (instance.changesAt().isAfter(draft.now())) {
      return;
    }
    switch (instance.state()) {
      case PENDING ->
          draft.state(draft.state().with(instance.in(State.RUNNING, instance.changesAt())));
      case SHUTTING_DOWN -> {
        draft.state().enisOf(instance.id()).toList().forEach(eni -> unplug(draft, eni));
        draft.state(draft.state().with(instance.in(State.TERMINATED, instance.changesAt())));
        draft.tell(new Effect.InstanceTerminated(instance.id()));
      }
      case RUNNING, TERMINATED -> {}
    }
  }

  static Ec2Answer modify(Draft draft, ModifyInstanceMetadataOptions call) {
    var instance = draft.instance(call.instanceId());
    var before = instance.metadata();
    var next =
        new MetadataOptions(
            call.tokensRequired().orElse(before.tokensRequired()),
            call.enabled().orElse(before.enabled()),
            call.hopLimit().orElse(before.hopLimit()));
    draft.state(draft.state().with(instance.with(next)));
    return new Ec2Answer.MetadataModified(instance.id(), next);
  }

  private static void unplug(Draft draft, Eni eni) {
    var attachment = eni.attachment().orElseThrow();
    if (attachment.status() == Status.ATTACHED) {
      draft.tell(Attachments.detached(eni, attachment));
    }
    var free = eni.withAttachment(Optional.empty());
    draft.put(free);
    if (attachment.deleteOnTermination()) {
      EniActions.remove(draft, free);
    }
  }
}
